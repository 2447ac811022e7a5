UPDATE case_signer s SET gave_mandate = k.gave_mandate
FROM unnest(%(signer_ids)s::bigint[], %(mandates)s::boolean[]) AS k (case_signer_id, gave_mandate)
WHERE s.case_id = %(case_id)s AND s.case_signer_id = k.case_signer_id
