SELECT case_party_id, side, name, phone, household_id IS NOT NULL AS has_household,
       officer_id IS NOT NULL AS is_officer, blanked_at IS NOT NULL AS is_blanked, organisation,
       organisation_kind
FROM case_party WHERE case_id = %(case_id)s ORDER BY case_party_id
