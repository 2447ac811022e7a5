UPDATE case_joint SET officer_id = %(officer_id)s
WHERE case_id = %(case_id)s AND post_id = %(post_id)s AND officer_id = %(from_officer_id)s
