SET ROLE wangge_owner;

-- A transaction that notifies commits alone: others that notify wait until it is on disk.  So of
-- those at work at the same time one wakes the readers, and readers look again for a while.
CREATE OR REPLACE FUNCTION wake_event_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(7305202) THEN
    PERFORM pg_notify('wangge_event', '');
  END IF;
  RETURN NULL;
END
$$;
RESET ROLE;
