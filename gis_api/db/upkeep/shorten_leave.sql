UPDATE officer_leave SET during = daterange(lower(during), today())
WHERE officer_leave_id = %(officer_leave_id)s
