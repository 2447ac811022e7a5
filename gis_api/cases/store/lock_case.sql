SELECT case_id, code, kind, rev, place_kind, ST_AsBinary(geom) AS wkb, accuracy_m, cell_id,
       access_key, lead_officer_id, lead_post_id, respondent_kind, queue_reason, how
FROM "case" WHERE code = %(code)s FOR UPDATE
