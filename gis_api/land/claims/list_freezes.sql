SELECT claim_freeze_id, claim_id, organ_kind, organ, document_number, reason, frozen_on, review_on,
       lifted_on, lift_reason
FROM claim_freeze WHERE claim_id = ANY (%(claim_ids)s) ORDER BY claim_freeze_id
