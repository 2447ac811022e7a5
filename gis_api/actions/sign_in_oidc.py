"""Sign in through the customer's own directory; our accounts stay the ones that count."""

from __future__ import annotations

import hmac

from sqlalchemy import Engine

from gis_api.access import store
from gis_api.access.errors import NotSignedIn
from gis_api.access.oidc.client import OidcClient
from gis_api.access.oidc.store import add_flow, require_account, take_flow
from gis_api.access.session import Session, hash_token, new_token
from gis_api.actions.sign_in import SignInRules
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, begin


class OidcDoor:
    """The door to one provider; no connection is held while the provider is asked."""

    def __init__(self, engine: Engine, client: OidcClient, rules: SignInRules) -> None:
        self._engine = engine
        self._client = client
        self.rules = rules

    def begin(self, redirect_uri: str) -> tuple[str, str]:
        """(the address to send the browser to, the state that its cookie must hold)."""
        begun = self._client.begin(redirect_uri)
        with begin(self._engine, SYSTEM) as conn:
            add_flow(conn, hash_token(begun.state), begun.nonce, begun.code_verifier)
        return begun.url, begun.state

    def finish(
        self, redirect_uri: str, state: str, cookie_state: str | None, code: str
    ) -> tuple[str, Session]:
        """The new token and its session.

        The state must be the one that this very browser was given, unused and younger than ten
        minutes.  Raises NotSignedIn ``oidc.bad_state``, ``oidc.unknown_subject`` and whatever
        ``OidcClient.finish`` raises.
        """
        kept = (cookie_state or "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(kept, state.encode("utf-8", "surrogateescape")):
            raise NotSignedIn("oidc.bad_state")
        with begin(self._engine, SYSTEM) as conn:
            flow = take_flow(conn, hash_token(state))
        if flow is None:
            raise NotSignedIn("oidc.bad_state")
        claimed = self._client.finish(redirect_uri, code, flow.nonce, flow.code_verifier)
        token = new_token()
        with begin(self._engine, SYSTEM) as conn:
            user_id = require_account(conn, claimed)
            store.add_session(
                conn, hash_token(token), user_id, new_token(), self.rules.absolute_limit
            )
            session = store.find_session(conn, hash_token(token), self.rules.idle_limit)
            if session is None:
                raise NotSignedIn("oidc.unknown_subject")
            add_audit(conn, session.actor, "signed_in", "user", str(user_id), detail={"by": "oidc"})
        return token, session
