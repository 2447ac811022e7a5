SELECT set_config('statement_timeout', '0', true), set_config('work_mem', '192MB', true)
