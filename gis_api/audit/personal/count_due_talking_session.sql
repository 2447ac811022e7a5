SELECT count(*) AS due, 0 AS held FROM talking_session
WHERE held_on <= %(before)s AND note IS NOT NULL
