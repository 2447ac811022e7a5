SELECT post_holding_id FROM post_holding
WHERE post_id = %(post_id)s AND officer_id = %(officer_id)s
  AND valid && daterange(%(from_on)s::date, %(until_on)s::date)
LIMIT 1
