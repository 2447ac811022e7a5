"""Links by which somebody chooses the first password of an account, once."""
