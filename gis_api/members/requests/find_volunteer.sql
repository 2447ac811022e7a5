SELECT member_id, party_group_id, volunteers FROM member
WHERE member_id = %(member_id)s AND left_on IS NULL
