SET ROLE wangge_owner;
DROP INDEX risk_unit_cell;
ALTER TABLE risk_unit
  ADD CONSTRAINT risk_unit_year_denominator_cell_id_key UNIQUE (year, denominator, cell_id);
RESET ROLE;
