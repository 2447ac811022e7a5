SET ROLE wangge_owner;

-- A foreign key is looked up row by row and locks each case in turn: four tenths of the first sweep
-- over a county.  The sweep adds its findings in one statement, so they are checked in one too.
-- Nobody can take a case away: the application role has no right to delete one.
ALTER TABLE case_attention DROP CONSTRAINT case_attention_case_id_fkey;
CREATE FUNCTION require_cases_of_findings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added LEFT JOIN "case" c USING (case_id) WHERE c.case_id IS NULL) THEN
    RAISE EXCEPTION 'a finding names a case that is not there'
      USING ERRCODE = 'foreign_key_violation', TABLE = 'case_attention';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER case_attention_has_case AFTER INSERT ON case_attention
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION require_cases_of_findings();

RESET ROLE;
