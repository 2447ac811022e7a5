SELECT lower(during) AS from_on, upper(during) - 1 AS to_on FROM officer_leave
WHERE officer_id = %(officer_id)s
  AND during && daterange(%(from_on)s::date, %(to_on)s::date, '[]')
ORDER BY lower(during) LIMIT 1
