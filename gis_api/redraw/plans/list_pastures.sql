-- pastures that households of a parent hold by contract today; nothing personal
SELECT c.holder_household_id AS household_id, ST_AsBinary(c.geom) AS wkb
FROM claim c
WHERE c.scope_key >= %(scope_key)s AND c.scope_key < %(scope_key)s || 'g'
  AND c.kind = 'grassland' AND c.valid @> today()
  AND c.holder_household_id IS NOT NULL AND c.geom IS NOT NULL
ORDER BY c.claim_id
