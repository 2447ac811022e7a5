-- The newest of each layer stays.
DELETE FROM layer_change old
WHERE at < now() - interval '1 day'
  AND EXISTS (SELECT FROM layer_change newer
              WHERE newer.layer = old.layer AND newer.layer_change_id > old.layer_change_id)
