SELECT overlay, begun_on, ended_on FROM case_overlay
WHERE case_id = %(case_id)s ORDER BY case_overlay_id
