UPDATE service_offer SET state = 'withdrawn', member_id = NULL, answered_at = now()
WHERE service_request_id = %(request_id)s AND state IN ('offered', 'taken')
