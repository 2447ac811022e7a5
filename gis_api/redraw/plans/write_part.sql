UPDATE redraw_part SET grid = %(grid)s, next_grid = %(next_grid)s, locked = %(locked)s,
       facts = %(facts)s, rev = rev + 1
WHERE redraw_part_id = %(redraw_part_id)s AND rev = %(rev)s
