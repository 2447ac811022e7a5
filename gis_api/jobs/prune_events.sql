DELETE FROM event_outbox
WHERE at < now() - %(keep)s::interval
   OR xid >= pg_snapshot_xmax(pg_current_snapshot()) -- of another cluster, before a restore
