SELECT count(*) AS due, 0 AS held FROM member WHERE left_on <= %(before)s AND name <> ''
