-- the first statement of a publication: whoever began on an older state of the parent finds nothing
UPDATE cell SET rev = rev + 1 WHERE cell_id = %(parent_cell_id)s AND rev = %(base_rev)s
