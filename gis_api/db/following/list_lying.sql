SELECT t.{id} AS row_id, ST_AsBinary({shape}) AS wkb, t.{key} AS scope_key
FROM "{table}" t{join}
WHERE t.{key} = ANY(%(old_keys)s)
   OR (t.{key} = '0' AND EXISTS (
     SELECT FROM unnest(%(west)s::float8[], %(south)s::float8[], %(east)s::float8[],
                        %(north)s::float8[]) AS box (west, south, east, north)
     WHERE {shape} && ST_MakeEnvelope(west, south, east, north, 4490)))
ORDER BY t.{id}
