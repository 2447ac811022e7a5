-- Numbers of a block that nobody is given; every third member helps; who has no home here reports
-- to a workplace as well (双报到).
UPDATE member SET
  phone = '198-9' || lpad((member_id / 10000)::text, 3, '0') || '-'
          || lpad((member_id %% 10000)::text, 4, '0'),
  home_branch = CASE WHEN household_id IS NULL
                THEN '合成第' || (1 + member_id %% 5) || '单位党支部' ELSE '' END,
  volunteers = member_id %% 3 = 0,
  skills = CASE WHEN member_id %% 3 = 0 THEN
    ARRAY[(%(skills)s::text[])[1 + (member_id / 3) %% cardinality(%(skills)s::text[])],
          (%(skills)s::text[])[1 + (member_id / 3 + 3) %% cardinality(%(skills)s::text[])]]
    ELSE '{}' END
