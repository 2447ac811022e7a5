"""The cookie of a session: its name, how it is set, read and taken away."""

from __future__ import annotations

from fastapi import Request, Response

COOKIE = "wangge_session"
# Under TLS the browser itself holds such a name to this host, to TLS and to no other path.
_UNDER_TLS = f"__Host-{COOKIE}"


def is_under_tls(request: Request) -> bool:
    return request.url.scheme == "https"


def read_session_cookie(request: Request) -> str | None:
    """The token that the browser sent under the name of this scheme, None without one."""
    return request.cookies.get(_name(request))


def set_session_cookie(request: Request, response: Response, token: str, max_age_s: float) -> None:
    """Out of reach of scripts and of other sites; under TLS bound to this host."""
    response.set_cookie(
        _name(request), token, max_age=round(max_age_s), path="/", secure=is_under_tls(request),
        httponly=True, samesite="lax",
    )  # fmt: skip


def drop_session_cookie(request: Request, response: Response) -> None:
    """Tell the browser to forget it."""
    response.delete_cookie(
        _name(request), path="/", secure=is_under_tls(request), httponly=True, samesite="lax"
    )


def _name(request: Request) -> str:
    return _UNDER_TLS if is_under_tls(request) else COOKIE
