INSERT INTO member_household (member_id, household_id)
SELECT %(member_id)s, unnest(%(household_ids)s::bigint[])
ON CONFLICT DO NOTHING
