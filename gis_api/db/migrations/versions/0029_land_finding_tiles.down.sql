DROP FUNCTION land_finding_tile(integer, integer, integer);
SET ROLE wangge_owner;
DROP TRIGGER land_finding_layer ON land_finding;
RESET ROLE;
