-- The area asked for, else the actor's own, else the only root of the place.
SELECT code, name, scope_key FROM cell_version
WHERE valid @> today()
  AND CASE WHEN %(code)s::text IS NOT NULL THEN code = %(code)s
           WHEN %(scope_key)s <> '0' THEN scope_key = %(scope_key)s
           ELSE parent_cell_id IS NULL
                AND (SELECT count(*) FROM cell_version r
                     WHERE r.parent_cell_id IS NULL AND r.valid @> today()) = 1 END
