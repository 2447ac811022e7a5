DELETE FROM officer_leave WHERE officer_leave_id = %(officer_leave_id)s
