SELECT rule, left_claim_id, right_claim_id, params FROM land_finding WHERE state <> 'open'
