CREATE TEMPORARY TABLE bulk_clock (
  code text COLLATE "C", rule text, started_on date, length integer, due_on date, warn_on date,
  provisional boolean
) ON COMMIT DROP
