SET ROLE wangge_owner;
DROP TABLE shift_note, post_handover, oidc_identity, oidc_flow, invitation, api_token;
DROP FUNCTION cell_in_scope(bigint);
ALTER TABLE officer_leave DROP COLUMN officer_leave_id, DROP COLUMN added_at,
  DROP COLUMN added_by;
RESET ROLE;
