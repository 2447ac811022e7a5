INSERT INTO party_group_leader (user_id, party_group_id) VALUES (%(user_id)s, %(party_group_id)s)
