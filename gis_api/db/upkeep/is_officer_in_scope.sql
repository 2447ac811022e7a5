SELECT EXISTS (SELECT FROM post_holding h JOIN post p USING (post_id)
               WHERE h.officer_id = %(officer_id)s
                 AND (upper(h.valid) IS NULL OR upper(h.valid) > today())
                 AND cell_in_scope(p.cell_id)) AS in_scope
