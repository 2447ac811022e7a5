INSERT INTO case_overlay (case_id, overlay, begun_on) VALUES (%(case_id)s, %(overlay)s, %(on)s)
ON CONFLICT (case_id, overlay) WHERE ended_on IS NULL DO NOTHING
