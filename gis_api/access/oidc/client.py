"""The relying party's half of OpenID Connect Core 1.0: code flow with PKCE, state and nonce."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gis_api.access.errors import NotSignedIn
from grid_boundaries.errors import WanggeError

# Signatures with a key that the provider publishes; never "none", never a shared secret.
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA", "RS384", "RS512", "PS384", "PS512")
LOGIN_CLAIMS = ("preferred_username", "sub", "email")
_TIMEOUT_S = 5.0
_KEEP_S = 600.0
_LEEWAY_S = 60
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider as the settings name it; ``login_claim`` says which claim is the login."""

    issuer: str
    client_id: str
    client_secret: str
    login_claim: str = "preferred_username"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and what must come back."""

    url: str
    state: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who the provider says this is: a subject that never changes, and a login of ours."""

    issuer: str
    subject: str
    login: str


@dataclass(slots=True)
class OidcClient:
    """Talks to one provider; its documents are kept for ten minutes.  Thread-safe."""

    provider: Provider
    _kept: dict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, redirect_uri: str) -> Begun:
        """A sign-in that begins: fresh state, nonce and PKCE verifier.

        Raises WanggeError ``oidc.unreachable``.
        """
        nonce, verifier = generate_token(32), generate_token(64)
        with self._session(redirect_uri) as session:
            url, state = session.create_authorization_url(
                str(self._metadata()["authorization_endpoint"]), nonce=nonce, code_verifier=verifier
            )
        return Begun(url, state, nonce, verifier)

    def finish(self, redirect_uri: str, code: str, nonce: str, code_verifier: str) -> Claimed:
        """Trade the code for an ID token and read it.

        Raises NotSignedIn ``oidc.refused`` (the provider did not take the code) /
        ``oidc.bad_token`` / ``oidc.no_login`` and WanggeError ``oidc.unreachable``.
        """
        endpoint = str(self._metadata()["token_endpoint"])
        try:
            with self._session(redirect_uri) as session:
                answer = session.fetch_token(
                    endpoint, code=code, code_verifier=code_verifier, timeout=_TIMEOUT_S
                )
        except OAuthError as error:
            raise NotSignedIn("oidc.refused") from error
        except (requests.RequestException, ValueError) as error:
            raise WanggeError("oidc.unreachable") from error
        return self.read_id_token(str(answer.get("id_token", "")), nonce)

    def read_id_token(self, id_token: str, nonce: str) -> Claimed:
        """Check signature, issuer, audience, times and nonce (Core 1.0 section 3.1.3.7).

        Raises NotSignedIn ``oidc.bad_token`` / ``oidc.no_login``.
        """
        try:
            token = jwt.decode(id_token, self._keys(), algorithms=list(ALGORITHMS))
            rules = jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_S,
                iss={"essential": True, "value": str(self._metadata()["issuer"])},
                aud={"essential": True, "value": self.provider.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True},
            )
            rules.validate(token.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotSignedIn("oidc.bad_token") from error
        return self._claimed(token.claims, nonce)

    def _claimed(self, claims: Mapping[str, Any], nonce: str) -> Claimed:
        given = str(claims["nonce"]).encode("utf-8", "surrogateescape")
        audience = claims["aud"]
        authorised = claims.get("azp", self.provider.client_id)
        is_for_us = isinstance(audience, str) or len(audience) == 1 or "azp" in claims
        if (
            not hmac.compare_digest(given, nonce.encode())
            or not is_for_us
            or authorised != self.provider.client_id
        ):
            raise NotSignedIn("oidc.bad_token")
        login = claims.get(self.provider.login_claim)
        unverified = (
            self.provider.login_claim == "email" and claims.get("email_verified") is not True
        )
        if not isinstance(login, str) or not login.strip() or unverified:
            raise NotSignedIn("oidc.no_login", claim=self.provider.login_claim)
        return Claimed(str(claims["iss"]), str(claims["sub"])[:255], login.strip().lower())

    def _session(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope="openid profile email",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _metadata(self) -> Mapping[str, Any]:
        url = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = self._read(url)
        if str(found.get("issuer", "")).rstrip("/") != self.provider.issuer.rstrip("/"):
            raise WanggeError("oidc.unreachable")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _require_safe(str(found.get(name, "")))
        return found

    def _keys(self) -> KeySet:
        return KeySet.import_key_set(dict(self._read(str(self._metadata()["jwks_uri"]))))  # type: ignore[arg-type]

    def _read(self, url: str) -> Mapping[str, Any]:
        with self._lock:
            kept = self._kept.get(url)
        if kept is not None and time.monotonic() - kept[0] < _KEEP_S:
            return kept[1]
        _require_safe(url)
        try:
            answer = requests.get(url, timeout=_TIMEOUT_S, allow_redirects=False)
            answer.raise_for_status()
            if len(answer.content) > _MAX_BYTES:
                raise ValueError("too large")
            found: Mapping[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise WanggeError("oidc.unreachable") from error
        with self._lock:
            self._kept[url] = (time.monotonic(), found)
        return found


def _require_safe(url: str) -> None:
    """Plain HTTP is for this machine only; raises WanggeError ``oidc.insecure``."""
    parts = urlsplit(url)
    is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise WanggeError("oidc.insecure")
