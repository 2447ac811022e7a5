-- One piece of ground counts once, however many papers lie on it.
SELECT coalesce(array_agg(ST_X(p)), '{}') AS lng, coalesce(array_agg(ST_Y(p)), '{}') AS lat
FROM (SELECT DISTINCT ON (parcel_code) ST_PointOnSurface(geom) AS p FROM claim
      WHERE geom IS NOT NULL AND scope_key >= %(lo)s AND scope_key < %(hi)s
      ORDER BY parcel_code, claim_id) parcel
