-- One message an officer a file part, whatever the number of cases.
INSERT INTO notification (officer_id, case_id, kind)
SELECT DISTINCT officer_id, NULL::bigint, 'case.imported'
FROM bulk_case WHERE officer_id IS NOT NULL AND closed_on IS NULL
