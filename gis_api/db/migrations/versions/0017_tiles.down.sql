DROP FUNCTION case_tile(integer, integer, integer), claim_layer_tile(integer, integer, integer);
DROP FUNCTION villager_group_tile(integer, integer, integer),
  service_point_tile(integer, integer, integer), zone_tile(integer, integer, integer, date),
  cell_tile(integer, integer, integer, integer, date),
  tile_geom(geometry, integer, integer, integer);
ALTER TABLE villager_group DROP COLUMN geom_3857;
ALTER TABLE service_point DROP COLUMN geom_3857;
ALTER TABLE zone DROP COLUMN geom_3857;
ALTER TABLE "case" DROP COLUMN at_3857;
DROP TRIGGER villager_group_layer ON villager_group;
DROP TRIGGER service_point_layer ON service_point;
DROP TRIGGER zone_layer ON zone;
DROP TRIGGER case_grant_layer ON case_grant;
DROP TRIGGER case_layer ON "case";
DROP TRIGGER claim_layer ON claim;
DROP TABLE layer_change, cell_shape;
DROP FUNCTION note_layer_change();
