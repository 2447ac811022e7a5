SELECT kind_group, count(*) AS raised, count(*) FILTER (WHERE state = 'open') AS open,
       count(*) FILTER (WHERE state = 'confirmed') AS confirmed,
       count(*) FILTER (WHERE state = 'dismissed') AS dismissed
FROM risk_alarm WHERE scope_key >= %(lo)s AND scope_key < %(hi)s
GROUP BY kind_group ORDER BY kind_group
