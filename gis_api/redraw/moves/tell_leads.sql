INSERT INTO notification (officer_id, case_id, kind)
SELECT lead_officer_id, case_id, 'case.moved_with_grid' FROM "case"
WHERE case_id = ANY(%(case_ids)s) AND lead_officer_id IS NOT NULL
