SELECT today() - 1
