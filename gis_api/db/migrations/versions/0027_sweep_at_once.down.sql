SET ROLE wangge_owner;
DROP TRIGGER case_attention_has_case ON case_attention;
DROP FUNCTION require_cases_of_findings();
ALTER TABLE case_attention ADD CONSTRAINT case_attention_case_id_fkey
  FOREIGN KEY (case_id) REFERENCES "case";
RESET ROLE;
