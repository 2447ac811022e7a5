SELECT rule, after_days FROM retention_period
