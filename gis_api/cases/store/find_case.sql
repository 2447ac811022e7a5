-- One case with everything its page shows, as far as the actor may see it.
SELECT
-- include case_columns
,
       t.body, t.blanked_at AS text_blanked_at, c.why, c.respondent_kind, c.cell_id,
       c.grid_version_id, g.valid_from AS grid_valid_from,
       ST_AsGeoJSON(c.geom, 7, 0)::jsonb AS geometry,
  (SELECT coalesce(json_agg(json_build_object(
            'case_party_id', x.case_party_id, 'side', x.side, 'name', x.name, 'phone', x.phone,
            'has_household', x.household_id IS NOT NULL, 'is_officer', x.officer_id IS NOT NULL,
            'is_blanked', x.blanked_at IS NOT NULL, 'organisation', x.organisation,
            'organisation_kind', x.organisation_kind) ORDER BY x.case_party_id), '[]')
   FROM case_party x WHERE x.case_id = c.case_id) AS parties,
  (SELECT coalesce(json_agg(json_build_object(
            'seq', h.seq, 'at', h.at, 'act', h.act, 'detail', h.detail, 'actor_id', h.actor_id,
            'actor', u.login) ORDER BY h.seq), '[]')
   FROM case_history h LEFT JOIN app_user u ON u.user_id = h.actor_id
   WHERE h.case_id = c.case_id) AS history,
  (SELECT coalesce(json_agg(json_build_object(
            'code', jv.code, 'name', jv.name, 'rank', jv.rank, 'duty_name', jo.duty_name,
            'duty_phone', jo.duty_phone, 'title_zh', jk.name_zh, 'title_en', jk.name_en)
            ORDER BY jv.code), '[]')
   FROM case_joint j
   JOIN cell_version jv ON jv.cell_id = j.cell_id AND jv.valid @> today()
   LEFT JOIN post jp ON jp.post_id = j.post_id
   LEFT JOIN post_kind jk ON jk.kind = jp.kind
   LEFT JOIN officer jo ON jo.officer_id = j.officer_id
   WHERE j.case_id = c.case_id) AS joint,
  (SELECT coalesce(json_agg(json_build_object(
            'attachment_id', a.attachment_id, 'media_type', a.media_type,
            'size_bytes', a.size_bytes, 'added_at', a.added_at)
            ORDER BY a.added_at, a.attachment_id), '[]')
   FROM attachment a WHERE a.case_id = c.case_id) AS attachments
FROM "case" c
JOIN grid_version g ON g.grid_version_id = c.grid_version_id
LEFT JOIN case_text t ON t.case_id = c.case_id
-- include case_joins
WHERE c.code = %(code)s
