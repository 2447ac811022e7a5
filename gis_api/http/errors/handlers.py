"""From exception to problem: the one table, installed in ``app``."""

from __future__ import annotations

import errno

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gis_api.db.explain import DATABASE_ERRORS, explain_database_error
from gis_api.http.errors.problems import render_problem
from gis_api.http.errors.validation import explain_validation
from gis_api.observability.logs import log_failure
from grid_boundaries.errors import InvalidInput, NotFound, TooLarge, WanggeError

_CODE_OF_STATUS = {
    400: "body.unreadable",
    404: "http.no_such_page",
    405: "http.method_not_allowed",
    413: "body.too_large",
    415: "body.media_type",
}


def install_error_handlers(app: FastAPI) -> None:
    """Give every exception its problem; what is left becomes a bare 500 in the middleware."""
    app.add_exception_handler(WanggeError, _answer_wangge_error)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(OSError, _answer_os_error)
    app.add_exception_handler(UnicodeEncodeError, _answer_bad_unicode)
    for noun in DATABASE_ERRORS:
        app.add_exception_handler(noun, _answer_database_error)


async def _answer_wangge_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, WanggeError)
    return render_problem(error)


async def _answer_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return render_problem(explain_validation(error.errors()))


async def _answer_http_exception(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    code = _CODE_OF_STATUS.get(error.status_code, "service.refused")
    noun: WanggeError = NotFound(code) if error.status_code == 404 else WanggeError(code)
    return render_problem(noun, error.status_code, error.headers)


async def _answer_database_error(_request: Request, error: Exception) -> Response:
    explained = explain_database_error(error)
    if explained.code.startswith("service."):
        log_failure("database_error", error)
    return render_problem(explained)


async def _answer_os_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    log_failure("os_error", error)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return render_problem(WanggeError("service.disk_full" if full else "service.internal"))


async def _answer_bad_unicode(_request: Request, error: Exception) -> Response:
    log_failure("bad_unicode", error)
    return render_problem(InvalidInput("text.bad_unicode", field="?"))


def too_large(limit_bytes: int) -> TooLarge:
    """The refusal of a body over the limit."""
    return TooLarge("body.too_large", limit_mb=round(limit_bytes / 1_000_000, 1))
