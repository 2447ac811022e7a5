SELECT mapping FROM import_mapping
WHERE kind = %(kind)s AND columns_sha256 = %(columns_sha256)s
