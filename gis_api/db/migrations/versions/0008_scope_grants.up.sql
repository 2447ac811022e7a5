SET ROLE wangge_owner; RESET ROLE;
