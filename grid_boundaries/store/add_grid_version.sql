INSERT INTO grid_version (valid_from, label, published_by, accepted_findings)
VALUES (%(valid_from)s, %(label)s, %(published_by)s, %(accepted_findings)s)
RETURNING grid_version_id
