SELECT c.case_id, c.code, c.kind, c.state, c.source, c.rev, c.happened_on, c.closed_on, c.outcome,
       c.step_on, c.lead_post_id, c.lead_officer_id, c.receiver_post_id, c.receiver_officer_id,
       c.official_officer_id, c.ended_by, c.settled_on, c.settled_by, c.satisfaction,
       c.queue_reason, c.scope_key, c.access_key, c.respondent_kind, c.registered_at,
       now() AS at, today() AS today,
       (SELECT v.code FROM cell_version v
        WHERE v.cell_id = c.cell_id AND v.valid @> today()) AS cell_code
FROM "case" c WHERE c.code = %(code)s
