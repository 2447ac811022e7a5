SELECT EXISTS (SELECT FROM officer WHERE officer_id = %(officer_id)s
                 AND household_id = ANY (%(household_ids)s))
