UPDATE case_clock k SET due_on = n.due_on, warn_on = n.warn_on, provisional = n.provisional
FROM unnest(%(rules)s::text[], %(starts)s::date[], %(lengths)s::integer[],
            %(extensions)s::integer[], %(pauses)s::datemultirange[], %(dues)s::date[],
            %(warns)s::date[], %(provisionals)s::boolean[])
  AS n (rule, started_on, length, extension_days, paused, due_on, warn_on, provisional)
WHERE k.stopped_on IS NULL AND k.rule = n.rule AND k.started_on = n.started_on
  AND k.length = n.length AND k.extension_days = n.extension_days AND k.paused = n.paused
  AND (k.due_on, k.warn_on, k.provisional) IS DISTINCT FROM (n.due_on, n.warn_on, n.provisional)
