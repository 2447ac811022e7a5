SELECT count(*) AS due, 0 AS held FROM grid_settlement
WHERE settled_on <= %(before)s AND note IS NOT NULL
