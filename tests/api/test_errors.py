"""Every refusal is problem+json in two languages, and no input makes a 5xx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gis_api.app import create_app
from gis_api.settings import Settings
from tests.api.conftest import SignIn
from tests.builders import Town

JSON = {"Content-Type": "application/json"}
# A search takes any text and writes nothing.
SIGN_IN_PATH = "/api/session"


def require_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["type"] == f"urn:wangge:error:{code}"
    assert problem["detail"]["zh"]
    assert problem["detail"]["en"]
    assert problem["detail"]["zh"] != problem["detail"]["en"]
    assert {"type", "title", "where", "fix"} <= problem.keys()
    return problem


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"login": NaN, "password": "x"}', 422, "value.not_finite"),
        (b'{"login": "x", "password": 1e999}', 422, "value.not_finite"),
        (b'{"login": "\\ud800", "password": "x"}', 422, "text.bad_unicode"),
        (b'{"login": "a\\u0000b", "password": "x"}', 422, "text.has_nul"),
        (b'{"\\u0000": "a", "login": "a", "password": "x"}', 422, "text.has_nul"),
        (b'{"login": ' + b"9" * 30 + b', "password": "x"}', 422, "value.number_too_large"),
        (b'{"login": ' + b"9" * 5000 + b', "password": "x"}', 400, "body.unreadable"),
        (b"[" * 100_000, 400, "body.unreadable"),
        (b'{"login": "x"', 400, "body.unreadable"),
        (b"\xff\xfe{}", 400, "body.unreadable"),
        (b"[]", 422, "request.invalid"),
        (b"null", 422, "request.invalid"),
        (b"", 422, "request.invalid"),
        (b'{"login": "x", "password": "x", "extra": 1}', 422, "request.invalid"),
        (b'{"login": "x"}', 422, "request.invalid"),
        (b'{"login": "x", "password": ' + b'"' + b"x" * 2000 + b'"}', 422, "request.invalid"),
    ],
)
def test_impossible_json_is_refused_with_code_and_place(
    client: TestClient, body: bytes, status: int, code: str
) -> None:
    require_problem(client.post(SIGN_IN_PATH, content=body, headers=JSON), status, code)


def test_every_wrong_field_is_named_at_once(client: TestClient) -> None:
    answer = client.post(SIGN_IN_PATH, json={"login": "", "extra": 1})
    fields = require_problem(answer, 422, "request.invalid")["where"]["fields"]
    assert {field["field"] for field in fields} == {"login", "password", "extra"}
    assert all(field["detail"]["zh"] and field["detail"]["en"] for field in fields)


def test_the_value_that_was_refused_is_not_repeated(client: TestClient) -> None:
    answer = client.post(SIGN_IN_PATH, json={"login": 7, "password": ["张三丰的密码"]})
    assert "张三丰" not in answer.text


def test_unknown_query_parameter_is_refused_and_the_known_ones_are_listed(
    clerk: TestClient,
) -> None:
    answer = clerk.get("/api/cases", params={"knid": "land"})
    problem = require_problem(answer, 422, "query.unknown_parameter")
    assert problem["where"]["parameter"] == "knid"
    assert "kind" in problem["params"]["known"]


def test_repeated_query_parameter_is_refused(clerk: TestClient) -> None:
    answer = clerk.get("/api/cases?kind=land&kind=family")
    require_problem(answer, 422, "query.repeated_parameter")


def test_nul_in_query_and_path_is_refused(clerk: TestClient) -> None:
    require_problem(clerk.get("/api/cases?kind=a%00b"), 422, "text.has_nul")
    require_problem(clerk.get("/api/cases/a%00b"), 422, "text.has_nul")


def test_unknown_address_and_method_are_problems(client: TestClient) -> None:
    require_problem(client.get("/api/nothing"), 404, "http.no_such_page")
    require_problem(client.delete("/healthz"), 405, "http.method_not_allowed")
    require_problem(client.get("/static/../../pyproject.toml"), 404, "http.no_such_page")


def test_hundred_megabyte_body_is_refused_by_its_declared_length(client: TestClient) -> None:
    answer = client.post(
        SIGN_IN_PATH, content=b"{}", headers={**JSON, "Content-Length": str(100 * 1024 * 1024)}
    )
    require_problem(answer, 413, "body.too_large")


def test_body_without_declared_length_is_cut_off_while_it_streams(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 1024 * 1024

    answer = client.post(SIGN_IN_PATH, content=chunks(), headers=JSON)
    require_problem(answer, 413, "body.too_large")


def test_openapi_describes_refusals_as_problems(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(document)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], path
            assert operation["summary"], (method, path)


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/api/session", "/healthz", "/", "/static/none", "/api/nothing"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-ID"]
    assert client.get("/api/session").headers["Cache-Control"] == "no-store"


@pytest.fixture
def broken(settings: Settings, town: Town) -> Iterator[TestClient]:
    app: FastAPI = create_app(settings)

    @app.get("/api/breaks")
    def breaks() -> None:
        raise RuntimeError("张三丰 13900001111")

    with TestClient(app, client=("127.0.0.1", 50000)) as started:
        yield started


def test_unexpected_error_is_a_bare_500_and_its_text_is_logged_nowhere(
    broken: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = broken.get("/api/breaks")
    require_problem(answer, 500, "service.internal")
    logged = capsys.readouterr().err
    assert "RuntimeError" in logged
    assert "test_errors.py" in logged
    for text in (answer.text, logged):
        assert "张三丰" not in text
        assert "13900001111" not in text


def test_wrong_csrf_token_is_403(sign_in: SignIn) -> None:
    own = sign_in("clerk")
    own.headers["X-CSRF-Token"] = "forged"
    require_problem(own.delete("/api/session"), 403, "session.csrf")
    del own.headers["X-CSRF-Token"]
    require_problem(own.delete("/api/session"), 403, "session.csrf")
