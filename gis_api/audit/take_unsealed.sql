-- A waiting id whose row is gone stays waiting: the check names it.
WITH taken AS (
  DELETE FROM audit_unsealed WHERE audit_id IN (
    SELECT w.audit_id FROM audit_unsealed w JOIN audit a USING (audit_id)
    ORDER BY w.audit_id LIMIT %(limit)s)
  RETURNING audit_id
)
SELECT a.audit_id, a.at, a.actor_id, a.act, a.object_kind, a.object_id, a.row_count, a.purpose,
       a.detail
FROM taken JOIN audit a USING (audit_id)
ORDER BY a.audit_id
