SELECT count(*) AS due, 0 AS held FROM reception
WHERE received_on <= %(before)s AND note IS NOT NULL
