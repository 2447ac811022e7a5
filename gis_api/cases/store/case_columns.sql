c.case_id, c.code, c.kind, c.state, c.source, c.urgent, c.how, c.happened_on,
       c.registered_at, c.closed_on, c.queue_reason, c.rev, c.accuracy_m, c.place_kind,
       ST_X(ST_PointOnSurface(c.geom)) AS lng, ST_Y(ST_PointOnSurface(c.geom)) AS lat,
       v.code AS cell_code, v.name AS cell_name,
       p.kind AS post_kind, k.name_zh AS title_zh, k.name_en AS title_en,
       pv.code AS post_cell_code, pv.name AS post_cell_name,
       o.officer_id, o.duty_name, o.duty_phone,
       (SELECT min(clock.due_on) FROM case_clock clock
        WHERE clock.case_id = c.case_id AND clock.stopped_on IS NULL) AS due_on
