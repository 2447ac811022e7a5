UPDATE member
SET duty = %(duty)s, phone = %(phone)s, home_branch = %(home_branch)s,
    volunteers = %(volunteers)s, skills = %(skills)s, household_id = %(household_id)s,
    scope_key = %(scope_key)s, rev = rev + 1
WHERE member_id = %(member_id)s
