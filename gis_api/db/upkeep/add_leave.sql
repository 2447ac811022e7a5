INSERT INTO officer_leave (officer_id, during, added_by)
VALUES (%(officer_id)s, daterange(%(from_on)s::date, %(to_on)s::date, '[]'), %(added_by)s)
RETURNING officer_leave_id
