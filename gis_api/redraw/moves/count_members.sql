-- members whose home lies below a parent, by the drawn grid of today; no person
SELECT scope_key, count(*) AS members FROM member
WHERE left_on IS NULL AND household_id = ANY(%(household_ids)s) GROUP BY scope_key
