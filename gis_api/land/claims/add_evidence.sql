INSERT INTO claim_evidence (claim_id, kind, standing, dated_on, organ, paper_number, attachment_id,
  land_strip_id, added_by)
VALUES (%(claim_id)s, %(kind)s, %(standing)s, %(dated_on)s, %(organ)s, %(paper_number)s,
  %(attachment_id)s, %(land_strip_id)s, %(added_by)s)
RETURNING claim_evidence_id
