SELECT rank FROM grid_level WHERE role = 'village'
