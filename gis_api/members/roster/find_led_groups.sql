SELECT led_group_ids() AS group_ids
