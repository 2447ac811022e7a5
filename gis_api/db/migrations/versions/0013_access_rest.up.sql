SET ROLE wangge_owner;

-- A plan of a later day: the rows that lie on it follow when it has come.
ALTER TABLE grid_version ADD COLUMN awaits_day boolean NOT NULL DEFAULT false;
CREATE INDEX grid_version_awaits ON grid_version (valid_from) WHERE awaits_day;
GRANT UPDATE (awaits_day) ON grid_version TO wangge_app;

-- Cases of a cell that is redrawn; the key of who may see them differs from it where hidden.
CREATE INDEX case_scope ON "case" (scope_key);
-- what is told again on reconnecting follows a moved case
GRANT UPDATE (access_key) ON event_outbox TO wangge_app;
RESET ROLE;
