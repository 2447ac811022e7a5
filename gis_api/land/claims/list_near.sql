SELECT c.claim_id, c.parcel_code, c.kind, c.certificate_number, c.issued_on, c.survey_method,
       c.accuracy_m, c.datum, c.holder_household_id, ST_AsBinary(c.geom) AS wkb
FROM find_claims_near(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4490)) n
JOIN claim c ON c.claim_id = n.claim_id
WHERE c.claim_id IS DISTINCT FROM %(but)s AND c.valid @> today()
ORDER BY c.claim_id
