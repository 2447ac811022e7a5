-- What routes and names posts, each table as one text: who has read the same text before knows it.
SELECT
  (SELECT coalesce(json_agg(json_build_array(routing_rule_id, post_kind, post_rank, case_kind,
            area_cell_id, lead_rank) ORDER BY position), '[]')::text FROM routing_rule) AS rules,
  (SELECT coalesce(json_agg(json_build_array(post_kind, post_rank) ORDER BY position), '[]')::text
   FROM post_ladder) AS ladder,
  (SELECT coalesce(json_agg(json_build_array(kind, name_zh, name_en) ORDER BY kind), '[]')::text
   FROM post_kind) AS titles,
  (SELECT rank FROM grid_level WHERE role = 'village') AS village_rank
