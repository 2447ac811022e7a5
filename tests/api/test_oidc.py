"""Sign-in through a real provider on loopback: who is let in, and everything that must not work."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from pydantic import SecretStr
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.access.errors import NotSignedIn
from gis_api.access.oidc.client import OidcClient, Provider
from gis_api.app import create_app
from gis_api.settings import Settings
from grid_boundaries.errors import WanggeError
from tests.builders import Town, add_user

BASE = "http://testserver"
SECRET = "synthetic client secret"


@pytest.fixture(scope="module")
def registered(iam_server: Any) -> Any:
    """Our service as a client of the provider."""
    with iam_server.app.app_context():
        made = iam_server.models.Client(
            client_id="wangge",
            client_secret=SECRET,
            client_name="wangge",
            client_id_issued_at=datetime.datetime.now(datetime.UTC),
            redirect_uris=[f"{BASE}/api/oidc/callback"],
            response_types=["code"],
            grant_types=["authorization_code"],
            token_endpoint_auth_method="client_secret_basic",
            scope=["openid", "profile", "email"],
        )
        iam_server.backend.save(made)
        made.audience = [made]
        iam_server.backend.save(made)
    return made


@pytest.fixture(scope="module")
def oidc_settings(settings: Settings, iam_server: Any) -> Settings:
    return settings.model_copy(
        update={
            "oidc_issuer": iam_server.url.rstrip("/"),
            "oidc_client_id": "wangge",
            "oidc_client_secret": SecretStr(SECRET),
        }
    )


@pytest.fixture(scope="module")
def service(oidc_settings: Settings, town: Town, registered: Any) -> Iterator[TestClient]:
    with TestClient(create_app(oidc_settings), follow_redirects=False) as started:
        yield started


@pytest.fixture
def browser(service: TestClient) -> TestClient:
    own = TestClient(service.app, follow_redirects=False)
    own.portal = service.portal
    return own


def ask_provider(iam_server: Any, url: str) -> str:
    """What the provider sends the browser back to."""
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text[:500]
    assert answer.headers["Location"].startswith(f"{BASE}/api/oidc/callback")
    return answer.headers["Location"].removeprefix(BASE)


def person(iam_server: Any, login: str) -> Any:
    user = iam_server.random_user(user_name=login, display_name=login)
    iam_server.login(user)
    iam_server.consent(user)
    return user


def come_back(browser: TestClient, iam_server: Any) -> Any:
    away = browser.get("/api/oidc/sign-in")
    assert away.status_code == 303, away.text
    return browser.get(ask_provider(iam_server, away.headers["location"]))


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_person_with_an_account_of_the_same_login_is_signed_in(
    browser: TestClient, iam_server: Any
) -> None:
    person(iam_server, "clerk")
    back = come_back(browser, iam_server)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    told = browser.get("/api/session").json()
    assert (told["login"], told["role"]) == ("clerk", "clerk")
    assert browser.get("/api/cases").status_code == 200
    headers = {"X-CSRF-Token": told["csrf_token"]}
    assert browser.delete("/api/session", headers=headers).status_code == 204


def test_person_without_an_account_is_refused_and_none_is_made(
    browser: TestClient, iam_server: Any, admin_engine: Engine
) -> None:
    person(iam_server, "outsider")
    assert refusal(come_back(browser, iam_server)) == (401, "oidc.unknown_subject")
    assert browser.get("/api/session").status_code == 401
    with admin_engine.connect() as conn:
        query = text("SELECT count(*) FROM app_user WHERE login = 'outsider'")
        assert conn.execute(query).scalar_one() == 0


def test_disabled_account_is_refused_like_an_unknown_one(
    browser: TestClient, iam_server: Any, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "retired", "clerk")
        conn.execute(text("UPDATE app_user SET disabled_at = now() WHERE login = 'retired'"))
    person(iam_server, "retired")
    assert refusal(come_back(browser, iam_server)) == (401, "oidc.unknown_subject")


def test_login_that_goes_to_another_person_there_is_not_let_in(
    browser: TestClient, iam_server: Any, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        user_id = add_user(conn, town, "reused", "clerk")
        conn.execute(
            text("INSERT INTO oidc_identity (issuer, subject, user_id) VALUES (:i, 'first', :u)"),
            {"i": iam_server.url.rstrip("/"), "u": user_id},
        )
    person(iam_server, "reused")
    assert refusal(come_back(browser, iam_server)) == (401, "oidc.unknown_subject")


def test_request_to_the_provider_has_state_nonce_and_pkce(browser: TestClient) -> None:
    seen = []
    for _ in range(2):
        asked = parse_qs(urlsplit(browser.get("/api/oidc/sign-in").headers["location"]).query)
        assert asked["response_type"] == ["code"]
        assert asked["code_challenge_method"] == ["S256"]
        assert len(asked["code_challenge"][0]) == 43
        seen.append((asked["state"][0], asked["nonce"][0], asked["code_challenge"][0]))
    assert all(first != second for first, second in zip(*seen, strict=True))


def test_answer_is_taken_once_and_only_in_the_browser_that_began(
    browser: TestClient, service: TestClient, iam_server: Any
) -> None:
    person(iam_server, "clerk")
    away = browser.get("/api/oidc/sign-in")
    back = ask_provider(iam_server, away.headers["location"])
    other = TestClient(service.app, follow_redirects=False)
    other.portal = service.portal
    assert refusal(other.get(back)) == (401, "oidc.bad_state")
    assert browser.get(back.replace("state=", "state=x")).status_code == 401
    state = browser.cookies["wangge_oidc"]
    assert browser.get(back).status_code == 303
    browser.cookies.set("wangge_oidc", state)
    assert refusal(browser.get(back)) == (401, "oidc.bad_state")


def test_sign_in_that_took_more_than_ten_minutes_is_refused(
    browser: TestClient, iam_server: Any, admin_engine: Engine
) -> None:
    person(iam_server, "clerk")
    back = ask_provider(iam_server, browser.get("/api/oidc/sign-in").headers["location"])
    with admin_engine.begin() as conn:
        conn.execute(text("UPDATE oidc_flow SET created_at = now() - interval '11 minutes'"))
    assert refusal(browser.get(back)) == (401, "oidc.bad_state")


def test_made_up_code_and_refusal_of_the_provider_are_401(
    browser: TestClient, iam_server: Any
) -> None:
    away = browser.get("/api/oidc/sign-in")
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    answer = browser.get(f"/api/oidc/callback?state={state}&code=made-up")
    assert refusal(answer) == (401, "oidc.refused")
    answer = browser.get("/api/oidc/callback?error=access_denied&error_description=x")
    assert refusal(answer) == (401, "oidc.refused")
    assert refusal(browser.get("/api/oidc/callback")) == (401, "oidc.bad_state")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_of_another_site_begins_no_sign_in(browser: TestClient, site: str) -> None:
    away = browser.get("/api/oidc/sign-in", headers={"Sec-Fetch-Site": site})
    assert refusal(away) == (403, "session.csrf")
    assert "set-cookie" not in away.headers


def test_it_is_off_unless_a_provider_is_named(client: TestClient) -> None:
    assert refusal(client.get("/api/oidc/sign-in")) == (404, "http.no_such_page")
    assert refusal(client.get("/api/oidc/callback")) == (404, "http.no_such_page")


# ---- the ID token by itself


class Publisher:
    """A provider's documents and key, kept as if they had just been read."""

    issuer = "https://id.invalid"

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        provider = Provider(self.issuer, "wangge", SECRET)
        now = time.monotonic()
        self.client = OidcClient(
            provider,
            {
                f"{self.issuer}/.well-known/openid-configuration": (
                    now,
                    {
                        "issuer": self.issuer,
                        "authorization_endpoint": f"{self.issuer}/a",
                        "token_endpoint": f"{self.issuer}/t",
                        "jwks_uri": f"{self.issuer}/k",
                    },
                ),
                f"{self.issuer}/k": (now, KeySet([self.key]).as_dict(private=False)),
            },
        )

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        good = {
            "iss": self.issuer, "aud": "wangge", "sub": "s-1", "exp": now + 300, "iat": now,
            "nonce": "n-1", "preferred_username": " Clerk ",
        }  # fmt: skip
        return {key: value for key, value in (good | changed).items() if value is not None}

    def sign(self, **changed: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, self.claims(**changed), self.key)


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return Publisher()


def test_good_id_token_gives_subject_and_login(publisher: Publisher) -> None:
    claimed = publisher.client.read_id_token(publisher.sign(), "n-1")
    assert (claimed.issuer, claimed.subject, claimed.login) == (publisher.issuer, "s-1", "clerk")
    several = publisher.sign(aud=["wangge", "other"], azp="wangge")
    assert publisher.client.read_id_token(several, "n-1").subject == "s-1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.invalid"}, {"iss": None}, {"aud": "other"}, {"aud": None},
        {"aud": ["wangge", "other"]}, {"azp": "other"}, {"exp": 1}, {"exp": None},
        {"exp": "soon"}, {"iat": None}, {"iat": 32503680000}, {"nonce": "n-2"}, {"nonce": None},
        {"sub": None}, {"nbf": 32503680000},
    ],
)  # fmt: skip
def test_id_token_that_does_not_fit_is_refused(
    publisher: Publisher, changed: dict[str, Any]
) -> None:
    with pytest.raises(NotSignedIn, match=r"oidc\.bad_token"):
        publisher.client.read_id_token(publisher.sign(**changed), "n-1")


def test_id_token_without_a_login_is_refused(publisher: Publisher) -> None:
    for login in (None, "", "  ", 7):
        with pytest.raises(NotSignedIn, match=r"oidc\.no_login"):
            publisher.client.read_id_token(publisher.sign(preferred_username=login), "n-1")


def test_unverified_mail_address_is_no_login(publisher: Publisher) -> None:
    by_mail = OidcClient(
        Provider(publisher.issuer, "wangge", SECRET, "email"), publisher.client._kept
    )
    good = publisher.sign(email="a@town.invalid", email_verified=True)
    assert by_mail.read_id_token(good, "n-1").login == "a@town.invalid"
    for verified in (None, False, "true"):
        bad = publisher.sign(email="a@town.invalid", email_verified=verified)
        with pytest.raises(NotSignedIn, match=r"oidc\.no_login"):
            by_mail.read_id_token(bad, "n-1")


def test_unsigned_altered_and_foreign_signatures_are_refused(publisher: Publisher) -> None:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    good = publisher.sign()
    head, body, signature = good.split(".")
    stranger = RSAKey.generate_key(2048, {"kid": "k1"})
    public = json.dumps(publisher.key.as_dict(private=False)).encode()
    shared = OctKey.import_key(hashlib.sha256(public).digest())
    for bad in (
        f"{part({'alg': 'none'})}.{body}.",
        f"{part({'alg': 'none', 'kid': 'k1'})}.{body}.{signature}",
        f"{head}.{part(publisher.claims(preferred_username='admin'))}.{signature}",
        jwt.encode({"alg": "RS256", "kid": "k1"}, publisher.claims(), stranger),
        jwt.encode({"alg": "HS256", "kid": "k1"}, publisher.claims(), shared),
        good[:-4], "", "a.b", "a.b.c", good + ".x", "令牌",
    ):  # fmt: skip
        with pytest.raises(NotSignedIn, match=r"oidc\.bad_token"):
            publisher.client.read_id_token(bad, "n-1")


@pytest.mark.parametrize("issuer", ["http://id.invalid", "ftp://id.invalid", "id.invalid"])
def test_provider_without_tls_beyond_this_machine_is_not_asked(issuer: str) -> None:
    with pytest.raises(WanggeError, match=r"oidc\.insecure"):
        OidcClient(Provider(issuer, "wangge", SECRET)).begin(f"{BASE}/api/oidc/callback")


def test_provider_that_is_not_there_is_503(settings: Settings, town: Town) -> None:
    gone = settings.model_copy(
        update={"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "wangge"}
    )
    with TestClient(create_app(gone), follow_redirects=False) as started:
        answer = started.get("/api/oidc/sign-in")
        assert refusal(answer) == (503, "oidc.unreachable")
        assert "Retry-After" in answer.headers
