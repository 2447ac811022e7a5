-- Cases of an area registered in [from_on, to_on), as whoever holds that area would see them.
SELECT kind, source, registered_on, registered_on - happened_on AS days_to_report,
       happened_on > %(today)s::date AS is_future,
       ST_X(point) AS lng, ST_Y(point) AS lat, coalesce(accuracy_m, 0) AS accuracy_m
FROM risk_case
WHERE registered_on >= %(from_on)s AND registered_on < %(to_on)s
  AND scope_key >= %(lo)s AND scope_key < %(hi)s AND access_key >= %(lo)s AND access_key < %(hi)s
ORDER BY registered_on, kind, source, lng, lat
