SET ROLE wangge_owner;

-- A plan of a later day: the rows that lie on it follow when it has come.
ALTER TABLE grid_version ADD COLUMN awaits_day boolean NOT NULL DEFAULT false;
CREATE INDEX grid_version_awaits ON grid_version (valid_from) WHERE awaits_day;
GRANT UPDATE (awaits_day) ON grid_version TO wangge_app;

-- Cases of a cell that is redrawn; the key of who may see them differs from it where hidden.
CREATE INDEX case_scope ON "case" (scope_key);
-- what is told again on reconnecting follows a moved case
GRANT UPDATE (access_key) ON event_outbox TO wangge_app;

-- Retention blanks what was told from shift to shift; nobody else changes it, and nobody its words.
CREATE POLICY shift_note_blanked ON shift_note TO wangge_owner USING (true) WITH CHECK (true);
CREATE FUNCTION blank_shift_notes(before date, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF required_setting('app.role') <> 'system' THEN
    RAISE EXCEPTION 'retention only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
  WITH due AS (
    SELECT shift_note_id FROM shift_note
    WHERE written_at < (before + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND (body <> '-' OR open_items <> '{}')
    ORDER BY shift_note_id LIMIT at_most
    FOR UPDATE
  )
  UPDATE shift_note n SET body = '-', open_items = '{}'
  FROM due WHERE n.shift_note_id = due.shift_note_id
  RETURNING n.shift_note_id;
END
$$;
GRANT EXECUTE ON FUNCTION blank_shift_notes(date, integer) TO wangge_app;
RESET ROLE;
