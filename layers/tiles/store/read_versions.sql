SELECT today() AS day, coalesce((SELECT max(grid_version_id) FROM grid_version), 0) AS grid,
       (SELECT coalesce(jsonb_object_agg(layer, state), '{}') FROM (
          SELECT layer, count(*) || '.' || max(layer_change_id) AS state
          FROM layer_change GROUP BY layer) counted) AS states
