DELETE FROM member_household
WHERE member_id = %(member_id)s AND NOT household_id = ANY (%(household_ids)s::bigint[])
