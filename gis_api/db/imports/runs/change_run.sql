UPDATE import_run SET
  mapping = CASE WHEN 'mapping' = ANY (%(names)s) THEN %(mapping)s::jsonb ELSE mapping END,
  diagnosis = CASE WHEN 'diagnosis' = ANY (%(names)s) THEN %(diagnosis)s::jsonb ELSE diagnosis END,
  options = CASE WHEN 'options' = ANY (%(names)s) THEN %(options)s::jsonb ELSE options END,
  counts = CASE WHEN 'counts' = ANY (%(names)s) THEN %(counts)s::jsonb ELSE counts END,
  error = CASE WHEN 'error' = ANY (%(names)s) THEN %(error)s::jsonb ELSE error END,
  crs_key = CASE WHEN 'crs_key' = ANY (%(names)s) THEN %(crs_key)s::text ELSE crs_key END,
  state = CASE WHEN 'state' = ANY (%(names)s) THEN %(state)s::text ELSE state END,
  rows_total = CASE WHEN 'rows_total' = ANY (%(names)s)
                    THEN %(rows_total)s::bigint ELSE rows_total END,
  rows_staged = CASE WHEN 'rows_staged' = ANY (%(names)s)
                     THEN %(rows_staged)s::bigint ELSE rows_staged END,
  accepted = CASE WHEN 'accepted' = ANY (%(names)s) THEN %(accepted)s::text[] ELSE accepted END,
  reason = CASE WHEN 'reason' = ANY (%(names)s) THEN %(reason)s::text ELSE reason END,
  job_id = CASE WHEN 'job_id' = ANY (%(names)s) THEN %(job_id)s::bigint ELSE job_id END,
  table_name = CASE WHEN 'table_name' = ANY (%(names)s) THEN %(table_name)s::text ELSE table_name END,
  import_batch_id = CASE WHEN 'import_batch_id' = ANY (%(names)s)
                         THEN %(import_batch_id)s::bigint ELSE import_batch_id END,
  changed_at = now(), rev = rev + 1
WHERE import_id = %(import_id)s
