SELECT count(*) FROM household WHERE household_id = ANY (%(household_ids)s)
