SELECT case_id, code FROM bulk_id
