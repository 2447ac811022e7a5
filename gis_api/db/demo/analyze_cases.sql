ANALYZE demo_case
