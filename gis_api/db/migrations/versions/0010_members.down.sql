DROP FUNCTION group_households(bigint);
DROP FUNCTION contact_households(bigint);
DROP FUNCTION volunteer_counts(bigint[], text);
DROP POLICY service_offer_of_request ON service_offer;
DROP POLICY service_request_granted ON service_request;
DROP FUNCTION offered_request_ids();
DROP TABLE service_offer;
DROP TABLE service_request;
DROP TABLE party_group_plan_cell;
DROP TABLE party_group_plan_group;
DROP TABLE party_group_plan;
DROP TABLE member_household;
DROP POLICY member_counted ON member;
DROP POLICY member_granted ON member;
CREATE POLICY member_scope ON member
  USING (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()))
  WITH CHECK (scope_key >= (SELECT scope_lo()) AND scope_key < (SELECT scope_hi()));
DROP FUNCTION led_cell_ids();
DROP FUNCTION led_group_ids();
DROP TABLE party_group_leader;
DROP INDEX member_group;
ALTER TABLE member
  DROP CONSTRAINT member_skills_by_consent,
  DROP COLUMN phone, DROP COLUMN home_branch, DROP COLUMN volunteers, DROP COLUMN skills,
  DROP COLUMN left_on, DROP COLUMN rev;
DROP INDEX party_group_cell_once;
ALTER TABLE party_group DROP COLUMN is_locked, DROP COLUMN ended_on;
