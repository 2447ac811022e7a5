WITH held AS (
-- include seat_columns
)
-- include seat_loads
