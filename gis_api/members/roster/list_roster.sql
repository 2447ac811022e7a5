SELECT member_id, party_group_id, name, phone, duty, home_branch
FROM member WHERE left_on IS NULL ORDER BY member_id
