WITH seat AS (
  SELECT p.post_id, p.kind AS post_kind, k.name_zh AS title_zh, k.name_en AS title_en,
         v.code AS cell_code, v.name AS cell_name, v.rank, v.scope_key,
         h.officer_id, lower(h.valid) AS from_on
  FROM post p
  JOIN post_kind k ON k.kind = p.kind
  JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> today()
  LEFT JOIN post_holding h ON h.post_id = p.post_id AND h.valid @> today()
  WHERE p.valid @> today() AND v.scope_key >= scope_lo() AND v.scope_key < scope_hi()
    AND (%(below_lo)s::text IS NULL
         OR (v.scope_key >= %(below_lo)s AND v.scope_key < %(below_hi)s))
)
SELECT s.post_id, s.post_kind, s.title_zh, s.title_en, s.cell_code, s.cell_name, s.rank,
       s.officer_id, o.duty_name, s.from_on,
       EXISTS (SELECT FROM officer_leave l
               WHERE l.officer_id = s.officer_id AND l.during @> today()) AS on_leave,
       (SELECT count(*) FROM "case" c
        WHERE c.lead_officer_id = s.officer_id AND c.lead_post_id = s.post_id
          AND c.closed_on IS NULL) AS open_cases,
       (SELECT count(*) FROM seat) AS total
FROM (SELECT * FROM seat ORDER BY scope_key, post_id, officer_id LIMIT %(limit)s) s
LEFT JOIN officer o USING (officer_id)
ORDER BY s.scope_key, s.post_id, s.officer_id
