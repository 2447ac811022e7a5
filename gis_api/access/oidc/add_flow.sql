WITH over AS (DELETE FROM oidc_flow WHERE created_at < now() - %(life)s::interval)
INSERT INTO oidc_flow (state_hash, nonce, code_verifier)
VALUES (%(state_hash)s, %(nonce)s, %(code_verifier)s)
