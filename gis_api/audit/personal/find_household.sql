SELECT h.household_id, h.address, h.head_name, h.phone, ST_X(h.geom) AS lng, ST_Y(h.geom) AS lat,
       h.scope_key,
       (SELECT count(*) FROM officer o WHERE o.household_id = h.household_id) AS officers,
       (SELECT count(*) FROM claim c WHERE c.holder_household_id = h.household_id) AS claims,
       (SELECT count(*) FROM member m WHERE m.household_id = h.household_id) AS members
FROM household h WHERE h.household_id = %(household_id)s
FOR UPDATE OF h
