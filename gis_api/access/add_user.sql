INSERT INTO app_user
  (login, password_hash, role, area_cell_id, officer_id, is_demo, must_change_password)
VALUES
  (%(login)s, %(password_hash)s, %(role)s, %(area_cell_id)s, %(officer_id)s, %(is_demo)s,
   %(must_change_password)s)
ON CONFLICT (login) DO NOTHING
RETURNING user_id
