SELECT today()
