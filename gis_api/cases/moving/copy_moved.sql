COPY moved_case (case_id, code, scope_key, access_key, old_access, cell_id, cell_code,
                 cell_version_id, seq, detail, previous_hash, hash) FROM STDIN
