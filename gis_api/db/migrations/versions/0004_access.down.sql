DROP TABLE audit, access_revision, user_session, app_user;
