"""The outermost layer: request id, security headers, one log line, metrics, the last resort."""

from __future__ import annotations

import secrets
import time

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis_api.http.errors.problems import render_problem
from gis_api.observability.logs import log_failure, write_request_line
from gis_api.observability.metrics import Metrics
from grid_boundaries.errors import WanggeError

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(self), camera=(), microphone=()"),
)
_QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics", "/static"})


class RequestShell:
    """Wraps the whole app; nothing an inner layer raises passes it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s = time.perf_counter()
        request_id = secrets.token_hex(8)
        status = 0

        async def shell_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(scope, message, request_id)
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, shell_send)
        except ClientDisconnect:
            status = status or 499
        except Exception as error:  # noqa: BLE001  the last resort: a bare 500, told without text
            log_failure("unexpected_error", error, route=get_route_template(scope))
            if status == 0:
                problem = WanggeError("service.internal", request_id=request_id)
                await render_problem(problem)(scope, receive, shell_send)
        finally:
            self._tell(scope, request_id, status, time.perf_counter() - began_s)
            structlog.contextvars.unbind_contextvars("request_id")

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = get_route_template(scope)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.count_answer(method, route, status, seconds)
        if status < 400 and (route in _QUIET_ROUTES or route.startswith("/tiles/")):
            return
        account_id = scope.get("state", {}).get("account_id")
        write_request_line(request_id, method, route, status, seconds, account_id)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def get_route_template(scope: Scope) -> str:
    """``/api/cases/{code}``, never the path that was asked for."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    if isinstance(path, str) and path:
        return path
    return "/static" if scope["path"].startswith("/static/") else "unmatched"


_NO_STORE = (b"cache-control", b"no-store")
_ONLY_TLS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_ALWAYS = tuple((name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS)


def _add_headers(scope: Scope, message: Message, request_id: str) -> None:
    """Add what the answer does not set itself."""
    headers = message.setdefault("headers", [])
    present = {name.lower() for name, _ in headers}
    headers.extend(pair for pair in _ALWAYS if pair[0] not in present)
    headers.append((b"x-request-id", request_id.encode()))
    if scope.get("scheme") == "https":
        headers.append(_ONLY_TLS)
    if b"cache-control" not in present and scope["path"].startswith("/api/"):
        headers.append(_NO_STORE)
