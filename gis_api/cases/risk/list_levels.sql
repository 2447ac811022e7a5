SELECT rank, role, (SELECT max(grid_version_id) FROM grid_version
                    WHERE valid_from <= today()) AS grid_version_id
FROM grid_level ORDER BY rank
