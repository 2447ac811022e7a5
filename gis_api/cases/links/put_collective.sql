INSERT INTO case_collective (case_id, represented, is_estimate, mandate, mandate_on, binds)
VALUES (%(case_id)s, %(represented)s, %(is_estimate)s, %(mandate)s, %(mandate_on)s, %(binds)s)
ON CONFLICT (case_id) DO UPDATE SET represented = excluded.represented,
  is_estimate = excluded.is_estimate, mandate = excluded.mandate,
  mandate_on = excluded.mandate_on, binds = excluded.binds, rev = case_collective.rev + 1
