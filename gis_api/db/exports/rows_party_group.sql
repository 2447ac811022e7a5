SELECT g.name, v.code AS village_code, v.name AS village_name,
       coalesce((SELECT array_agg(c.code ORDER BY c.code)
                 FROM party_group_cell pc
                 JOIN cell_version c ON c.cell_id = pc.cell_id AND c.valid @> today()
                 WHERE pc.party_group_id = g.party_group_id), '{}') AS cell_codes
FROM party_group g
LEFT JOIN cell_version v ON v.cell_id = g.village_cell_id AND v.valid @> today()
WHERE g.party_group_id = ANY ((SELECT led_group_ids())::bigint[]) AND g.ended_on IS NULL
  AND (%(area_lo)s::text IS NULL OR (v.scope_key >= %(area_lo)s AND v.scope_key < %(area_hi)s))
ORDER BY v.code, g.party_group_id
