UPDATE "{table}" t SET {key} = m.access_key
FROM moved_case m WHERE t.{by} = m.{by} AND t.{key} = m.old_access AND t.{key} <> m.access_key
