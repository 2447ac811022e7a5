UPDATE case_agreement SET replaced_on = %(on)s WHERE case_id = %(case_id)s AND replaced_on IS NULL
