INSERT INTO case_signer (case_id, name, household_id, gave_mandate)
SELECT %(case_id)s, s.name, s.household_id, s.gave_mandate
FROM unnest(%(names)s::text[], %(household_ids)s::bigint[], %(mandates)s::boolean[])
     AS s(name, household_id, gave_mandate)
