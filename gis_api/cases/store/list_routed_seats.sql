-- Posts that a rule, the ladder or a deputy may name; a county has hundreds of others.
WITH held AS (
-- include seat_columns
    AND (p.kind = 'deputy' OR p.kind IN (SELECT post_kind FROM routing_rule)
         OR p.kind IN (SELECT post_kind FROM post_ladder))
)
-- include seat_loads
