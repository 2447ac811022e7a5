LEFT JOIN cell_version v ON v.cell_version_id = c.cell_version_id
LEFT JOIN post p ON p.post_id = c.lead_post_id
LEFT JOIN post_kind k ON k.kind = p.kind
LEFT JOIN cell_version pv ON pv.cell_id = p.cell_id AND pv.valid @> today()
LEFT JOIN officer o ON o.officer_id = c.lead_officer_id
