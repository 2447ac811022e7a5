-- Rows that were staged a moment ago have no statistics: a nested loop planned for one row would
-- look at every row once for every other.
SELECT set_config('statement_timeout', '0', true), set_config('work_mem', '192MB', true),
       set_config('enable_nestloop', 'off', true)
