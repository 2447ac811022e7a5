SELECT revision, today() AS day FROM access_revision
