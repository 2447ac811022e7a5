SELECT h.post_handover_id, h.post_id, p.kind AS post_kind, v.code AS cell_code,
       h.from_officer_id, h.to_officer_id, h.from_on, h.arranged_at, h.applied_at, h.case_count,
       h.queued_count
FROM post_handover h JOIN post p USING (post_id)
LEFT JOIN cell_version v ON v.cell_id = p.cell_id AND v.valid @> today()
ORDER BY h.post_handover_id DESC LIMIT 200
