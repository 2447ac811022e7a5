SELECT member_id, party_group_id, duty, phone, home_branch, volunteers, skills, household_id,
       scope_key, rev
FROM member WHERE member_id = %(member_id)s AND left_on IS NULL FOR UPDATE
