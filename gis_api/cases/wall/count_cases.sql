-- One row for each cell below (key) and one for what lies in none of them (NULL).
SELECT CASE WHEN length(c.scope_key) > %(depth)s
         THEN substr(c.scope_key, 1, %(depth)s + 8) END AS key,
       count(*) AS cases,
       count(*) FILTER (WHERE c.closed_on IS NULL) AS open,
       count(*) FILTER (WHERE c.registered_at::date = today()) AS new_today,
       count(*) FILTER (WHERE c.registered_at::date > today() - 7) AS new_week,
       count(*) FILTER (WHERE c.closed_on IS NULL AND EXISTS (
         SELECT FROM case_clock k
         WHERE k.case_id = c.case_id AND k.stopped_on IS NULL AND k.due_on < today())) AS late,
       count(*) FILTER (WHERE c.closed_on >= date_trunc('month', today())::date) AS closed_month,
       count(*) FILTER (WHERE c.settled_on >= date_trunc('month', today())::date) AS settled_month,
       count(*) FILTER (WHERE date_trunc('month', c.registered_at)::date = %(month)s::date)
         AS in_month
FROM "case" c
WHERE c.scope_key >= %(lo)s AND c.scope_key < %(hi)s
GROUP BY 1
