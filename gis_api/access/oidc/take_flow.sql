DELETE FROM oidc_flow WHERE state_hash = %(state_hash)s
RETURNING nonce, code_verifier, created_at > now() - %(life)s::interval AS is_alive
