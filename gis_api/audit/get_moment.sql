SELECT today() AS day, clock_timestamp() AS at
