DROP TRIGGER grid_version_announce ON grid_version;
DROP TABLE place_setting, job_progress, import_batch, event_outbox;
DROP FUNCTION wake_event_readers(), announce_grid_version();
