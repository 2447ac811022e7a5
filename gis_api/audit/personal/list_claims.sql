SELECT parcel_code, kind, stated_area_m2 FROM claim WHERE holder_household_id = %(household_id)s
ORDER BY parcel_code
