SET ROLE wangge_owner;

ALTER TABLE grid_settlement DROP COLUMN struck_at;
ALTER TABLE talking_session DROP COLUMN struck_at;
ALTER TABLE reception DROP COLUMN struck_at;

RESET ROLE;
