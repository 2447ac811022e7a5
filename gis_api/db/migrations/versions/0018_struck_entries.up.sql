SET ROLE wangge_owner;

-- 作废: whoever entered a row by mistake strikes it out; it stays to be seen and is not counted.
ALTER TABLE reception ADD COLUMN struck_at timestamptz;
ALTER TABLE talking_session ADD COLUMN struck_at timestamptz;
ALTER TABLE grid_settlement ADD COLUMN struck_at timestamptz;

RESET ROLE;
