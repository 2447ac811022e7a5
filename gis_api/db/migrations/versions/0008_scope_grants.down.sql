DROP FUNCTION claim_tile(integer, integer, integer);
DROP INDEX claim_geom_3857;
ALTER TABLE claim DROP COLUMN geom_3857;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case', 'case_joint', 'case_text', 'case_party', 'case_history',
                           'attachment'] LOOP
    EXECUTE format('DROP POLICY %I ON %I', t || '_granted', t);
    EXECUTE format('DROP POLICY %I ON %I', t || '_whole', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['household', 'claim'] LOOP
    EXECUTE format('DROP POLICY %I ON %I', t || '_whole', t);
  END LOOP;
END
$$;
DROP FUNCTION granted_case_ids();
DROP TABLE case_grant;
