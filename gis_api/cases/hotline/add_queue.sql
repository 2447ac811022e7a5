INSERT INTO case_import_queue (case_import_id, row_number, reasons, body)
SELECT %(case_import_id)s, row_number, reasons, body FROM bulk_rejected
