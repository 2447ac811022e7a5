SET ROLE wangge_owner;
CREATE OR REPLACE FUNCTION wake_event_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('wangge_event', '');
  RETURN NULL;
END
$$;
RESET ROLE;
