SELECT
  (SELECT coalesce(array_agg(o.overlay ORDER BY o.overlay), '{}') FROM case_overlay o
   WHERE o.case_id = %(case_id)s AND o.ended_on IS NULL) AS overlays,
  (SELECT coalesce(array_agg(k.rule ORDER BY k.rule), '{}') FROM case_clock k
   WHERE k.case_id = %(case_id)s AND k.stopped_on IS NULL) AS running_clocks,
  (SELECT coalesce(array_agg(p.procedure ORDER BY p.procedure), '{}') FROM case_procedure p
   WHERE p.case_id = %(case_id)s AND p.ended_on IS NULL) AS procedures,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(p.procedure, p.result)), '[]')
   FROM case_procedure p
   WHERE p.case_id = %(case_id)s AND p.ended_on IS NOT NULL) AS results,
  (SELECT count(*) FROM case_performance f
   JOIN case_agreement a ON a.case_agreement_id = f.case_agreement_id AND a.replaced_on IS NULL
   WHERE f.case_id = %(case_id)s AND f.done_on IS NULL) AS open_performances,
  (SELECT coalesce(array_agg(d.case_document_id), '{}') FROM case_document d
   WHERE d.case_id = %(case_id)s AND d.answered_on IS NULL AND d.due_on IS NOT NULL) AS open_documents,
  (SELECT coalesce(array_agg(h.officer_id), '{}') FROM post_holding h
   WHERE h.post_id = %(receiver_post_id)s AND h.valid @> today()) AS receiver_holders
