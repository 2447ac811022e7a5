DROP FUNCTION refuse_change(), actor_id(), scope_lo(), scope_hi(), required_setting(text), today();
ALTER DEFAULT PRIVILEGES FOR ROLE wangge_owner IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE ALL ON spatial_ref_sys FROM wangge_app;
REVOKE ALL ON SCHEMA public FROM wangge_owner, wangge_app;
