CREATE TEMPORARY TABLE bulk_rejected (row_number integer, reasons text[], body text) ON COMMIT DROP
