INSERT INTO member (party_group_id, name, duty, phone, home_branch, scope_key)
VALUES (%(party_group_id)s, %(name)s, %(duty)s, %(phone)s, %(home_branch)s, %(scope_key)s)
RETURNING member_id
