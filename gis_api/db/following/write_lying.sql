UPDATE "{table}" t SET {key} = s.scope_key{cell}
FROM settled s WHERE t.{id} = s.row_id
