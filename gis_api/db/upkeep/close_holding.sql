UPDATE post_holding SET valid = daterange(lower(valid), %(from_on)s::date)
WHERE post_holding_id = %(post_holding_id)s
