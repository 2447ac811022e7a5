-- the paper of each of the first parcels, and for a few an older map of the archive
INSERT INTO claim_evidence (claim_id, kind, standing, dated_on, organ, paper_number, added_by)
SELECT claim_id, 'certificate', 'unverified', issued_on, issuing_organ, certificate_number, 0
FROM claim WHERE claim_id <= 2000
UNION ALL
SELECT claim_id, 'archive_map', 'contested', date '1998-06-01', '合成数据 村界档案', NULL, 0
FROM claim WHERE claim_id <= 2000 AND claim_id %% 10 = 0
