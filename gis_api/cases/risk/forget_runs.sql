-- Looks older than the keep, except the newest nightly one of each area.
DELETE FROM risk_run r
WHERE r.made_at < now() - %(keep)s::interval
  AND (r.purpose = 'asked' OR EXISTS (
    SELECT FROM risk_run n WHERE n.scope_key = r.scope_key AND n.purpose = 'nightly'
      AND n.risk_run_id > r.risk_run_id))
