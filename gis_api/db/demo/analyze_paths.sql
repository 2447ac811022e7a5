CREATE INDEX ON demo_path (case_id, rank);
ANALYZE demo_path
