SELECT now() AS at, today() AS today, (SELECT synthetic FROM place_setting) AS synthetic,
       (SELECT name_zh FROM place_setting) AS name_zh, (SELECT name_en FROM place_setting) AS name_en
