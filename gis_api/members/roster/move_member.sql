UPDATE member
SET party_group_id = %(party_group_id)s, rev = rev + 1,
    scope_key = CASE WHEN household_id IS NULL THEN %(scope_key)s ELSE scope_key END
WHERE member_id = %(member_id)s
