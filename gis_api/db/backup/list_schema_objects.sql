-- One row per object of ours: kind, name, and a digest of its whole definition.
WITH ours AS (
  SELECT oid, nspname, nspacl, nspowner FROM pg_namespace
  WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\_%%'
), relation AS (
  SELECT c.*, ours.nspname FROM pg_class c JOIN ours ON ours.oid = c.relnamespace
  WHERE NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
), routine AS (
  SELECT p.*, ours.nspname FROM pg_proc p JOIN ours ON ours.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
), object (kind, name, definition) AS (
  SELECT 'column', format('%%I.%%I.%%I', r.nspname, r.relname, a.attname),
    concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
      a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attcollation::regcollation)
  FROM relation r
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
  WHERE r.relkind IN ('r', 'v', 'm', 'p')
  UNION ALL
  SELECT 'table', format('%%I.%%I', nspname, relname),
    concat_ws(' ', relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions,
      pg_get_userbyid(relowner))
  FROM relation WHERE relkind IN ('r', 'm', 'p', 'S')
  UNION ALL
  SELECT 'view', format('%%I.%%I', nspname, relname),
    concat_ws(' ', pg_get_viewdef(oid), reloptions, pg_get_userbyid(relowner))
  FROM relation WHERE relkind IN ('v', 'm')
  UNION ALL
  SELECT 'index', format('%%I.%%I', r.nspname, r.relname), pg_get_indexdef(r.oid)
  FROM relation r WHERE r.relkind IN ('i', 'I')
  UNION ALL
  SELECT 'constraint', format('%%I.%%I.%%I', r.nspname, r.relname, k.conname),
    concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated, k.condeferrable, k.condeferred)
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
  UNION ALL
  SELECT 'trigger', format('%%I.%%I.%%I', r.nspname, r.relname, t.tgname),
    concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
  FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'policy', format('%%I.%%I.%%I', schemaname, tablename, policyname),
    concat_ws(' ', permissive, roles::text, cmd, qual, with_check)
  FROM pg_policies JOIN ours ON ours.nspname = schemaname
  UNION ALL
  SELECT 'function', format('%%I.%%I(%%s)', nspname, proname, pg_get_function_identity_arguments(oid)),
    concat_ws(' ', pg_get_functiondef(oid), pg_get_userbyid(proowner))
  FROM routine
  UNION ALL
  SELECT 'grant', format('%%I.%%I to %%s', r.nspname, r.relname, coalesce(g.rolname, 'PUBLIC')),
    string_agg(x.privilege_type || x.is_grantable::text, ',' ORDER BY x.privilege_type COLLATE "C")
  FROM relation r
  CROSS JOIN LATERAL aclexplode(coalesce(r.relacl, acldefault(
    CASE r.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, r.relowner))) x
  LEFT JOIN pg_roles g ON g.oid = x.grantee
  WHERE r.relkind IN ('r', 'v', 'm', 'p', 'S')
  GROUP BY 2
  UNION ALL
  SELECT 'grant', format('%%I.%%I(%%s) to %%s', p.nspname, p.proname,
      pg_get_function_identity_arguments(p.oid), coalesce(g.rolname, 'PUBLIC')),
    string_agg(x.privilege_type || x.is_grantable::text, ',' ORDER BY x.privilege_type COLLATE "C")
  FROM routine p
  CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
  LEFT JOIN pg_roles g ON g.oid = x.grantee
  GROUP BY 2
  UNION ALL
  SELECT 'grant', format('schema %%I to %%s', ours.nspname, coalesce(g.rolname, 'PUBLIC')),
    string_agg(x.privilege_type || x.is_grantable::text, ',' ORDER BY x.privilege_type COLLATE "C")
  FROM ours
  CROSS JOIN LATERAL aclexplode(coalesce(ours.nspacl, acldefault('n', ours.nspowner))) x
  LEFT JOIN pg_roles g ON g.oid = x.grantee
  GROUP BY 2
  UNION ALL
  SELECT 'grant', format('column %%I.%%I.%%I to %%s', r.nspname, r.relname, a.attname,
      coalesce(g.rolname, 'PUBLIC')),
    string_agg(x.privilege_type || x.is_grantable::text, ',' ORDER BY x.privilege_type COLLATE "C")
  FROM relation r
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attacl IS NOT NULL
  CROSS JOIN LATERAL aclexplode(a.attacl) x
  LEFT JOIN pg_roles g ON g.oid = x.grantee
  GROUP BY 2
  UNION ALL
  SELECT 'default grant', format('%%s of %%s in %%s', defaclobjtype, pg_get_userbyid(defaclrole),
      coalesce(ours.nspname, 'any schema')),
    array_to_string(ARRAY(SELECT item::text FROM unnest(defaclacl) item ORDER BY item::text), ',')
  FROM pg_default_acl LEFT JOIN ours ON ours.oid = defaclnamespace
  UNION ALL
  SELECT 'type', format('%%I.%%I', ours.nspname, t.typname),
    concat_ws(' ', t.typtype,
      (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e
       WHERE e.enumtypid = t.oid))
  FROM pg_type t JOIN ours ON ours.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd') AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'extension', extname, '' FROM pg_extension
)
SELECT kind, name, md5(definition) FROM object ORDER BY kind COLLATE "C", name COLLATE "C"
