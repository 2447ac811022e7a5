-- Two households of the own micro grid each, never the own one.
INSERT INTO member_household (member_id, household_id)
SELECT m.member_id, near.household_id
FROM member m
JOIN household home ON home.household_id = m.household_id
CROSS JOIN LATERAL (
  SELECT h.household_id FROM household h
  WHERE h.cell_id = home.cell_id AND h.household_id > home.household_id
  ORDER BY h.household_id LIMIT 2
) near
