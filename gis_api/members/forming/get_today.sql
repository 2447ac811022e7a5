SELECT today() AS today
