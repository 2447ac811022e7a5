(%(kind)s::text IS NULL OR c.kind = %(kind)s)
  AND (%(state)s::text IS NULL OR c.state = %(state)s)
  AND (%(queue)s::boolean IS NULL OR (c.queue_reason IS NOT NULL) = %(queue)s)
  AND (%(scope_lo)s::text IS NULL OR (c.scope_key >= %(scope_lo)s AND c.scope_key < %(scope_hi)s))
  AND (%(from_on)s::date IS NULL OR c.happened_on >= %(from_on)s)
  AND (%(to_on)s::date IS NULL OR c.happened_on <= %(to_on)s)
  AND (%(west)s::float8 IS NULL
       OR c.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490))
  AND (%(due)s::text IS NULL OR (c.closed_on IS NULL AND EXISTS (
    SELECT FROM case_clock k
    WHERE k.case_id = c.case_id AND k.stopped_on IS NULL
      AND CASE WHEN %(due)s = 'late' THEN k.due_on < today()
               ELSE k.due_on BETWEEN today() AND today() + 3 END)))
