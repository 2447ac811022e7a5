SET ROLE wangge_owner;
-- Rows lie where their point lies: after a redraw two of them may lie in one cell, and are added up.
ALTER TABLE risk_unit DROP CONSTRAINT risk_unit_year_denominator_cell_id_key;
CREATE INDEX risk_unit_cell ON risk_unit (year, denominator, cell_id);
RESET ROLE;
