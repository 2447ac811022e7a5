-- Whoever left is a helper no more.
UPDATE member SET left_on = today(), volunteers = false, skills = '{}', rev = rev + 1
WHERE member_id = %(member_id)s
