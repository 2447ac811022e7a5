SELECT p.case_party_id, p.case_id, c.code AS case_code, c.kind, c.state, c.happened_on, c.closed_on,
       c.access_key, p.side, p.name, p.phone, p.household_id, p.blanked_at,
       CASE WHEN p.side = 'reporter' THEN t.body END AS body,
       coalesce(t.body, '') <> '' AS has_text,
       (SELECT count(*) FROM attachment a WHERE a.case_id = p.case_id) AS attachments,
       (SELECT count(*) FROM case_history h WHERE h.case_id = p.case_id) AS links,
       (SELECT count(*) FROM case_note n
        WHERE n.case_id = p.case_id AND n.blanked_at IS NULL) AS notes,
       (SELECT count(*) FROM case_document d
        WHERE d.case_id = p.case_id AND d.blanked_at IS NULL) AS documents,
       (SELECT count(*) FROM case_agreement a
        WHERE a.case_id = p.case_id AND a.blanked_at IS NULL) AS agreements,
       (SELECT count(*) FROM case_performance f
        WHERE f.case_id = p.case_id AND f.blanked_at IS NULL) AS performances
FROM case_party p
JOIN "case" c USING (case_id)
LEFT JOIN case_text t USING (case_id)
WHERE (%(case_id)s::bigint IS NULL OR p.case_id = %(case_id)s)
  AND (%(household_id)s::bigint IS NULL OR p.household_id = %(household_id)s)
ORDER BY p.case_id, p.case_party_id
