SELECT (SELECT count(*) FROM cell) AS cells,
       (SELECT count(*) FROM "case") AS cases,
       (SELECT count(*) FROM household) AS households,
       (SELECT count(*) FROM app_user WHERE NOT is_demo) AS real_users,
       (SELECT count(*) FROM import_batch) AS imports,
       (SELECT count(*) FROM "case" WHERE registered_by <> 0) AS filed_cases
