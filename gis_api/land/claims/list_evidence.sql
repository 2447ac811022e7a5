SELECT claim_evidence_id, claim_id, kind, standing, dated_on, organ, paper_number, attachment_id,
       land_strip_id, added_at
FROM claim_evidence WHERE claim_id = ANY (%(claim_ids)s)
ORDER BY dated_on NULLS LAST, claim_evidence_id
