SELECT claim_id, ST_AsBinary(geom) AS wkb, cell_id, holder_household_id
FROM claim WHERE parcel_code = %(parcel_code)s ORDER BY claim_id LIMIT 2
