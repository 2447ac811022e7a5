UPDATE land_strip SET notice_on = %(notice_on)s, notice_way = %(notice_way)s,
  held_on = %(held_on)s, rev = rev + 1
WHERE land_strip_id = %(land_strip_id)s
