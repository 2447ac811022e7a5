SET ROLE wangge_owner;
DROP TABLE redraw_edit, redraw_part, redraw_ground, redraw_plan;
DROP FUNCTION refuse_change_of_published_plan();
ALTER TABLE cell_code DROP COLUMN provisional;
RESET ROLE;
