UPDATE claim_evidence SET standing = %(standing)s
WHERE claim_evidence_id = %(claim_evidence_id)s AND claim_id = %(claim_id)s
RETURNING claim_evidence_id
