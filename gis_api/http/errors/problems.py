"""Every refusal as ``application/problem+json`` (RFC 9457), in Chinese and English."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from gis_api.access.errors import NotSignedIn, TooManyAttempts
from gis_api.messages import render_sentences
from grid_boundaries.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    TooLarge,
    WanggeError,
)

MEDIA_TYPE = "application/problem+json"

STATUS_OF_NOUN: tuple[tuple[type[WanggeError], int], ...] = (
    (NotSignedIn, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooLarge, 413),
    (InvalidInput, 422),
    (TooManyAttempts, 429),
)
STATUS_OF_CODE: Mapping[str, int] = {
    "body.unreadable": 400,
    "http.method_not_allowed": 405,
    "attachment.media_type": 415,
    "body.media_type": 415,
    "service.internal": 500,
    "service.busy": 503,
    "basemap.unreachable": 503,
    "service.database_down": 503,
    "service.slow_query": 503,
    "service.not_ready": 503,
    "service.disk_full": 507,
    "oidc.unreachable": 503,
    "oidc.insecure": 503,
}
_TITLES: Mapping[int, str] = {
    400: "请求无法读取 / Unreadable request",
    401: "需要登录 / Not signed in",
    403: "不允许 / Forbidden",
    404: "没有找到 / Not found",
    405: "不支持的方法 / Method not allowed",
    409: "与现状冲突 / Conflict",
    413: "内容过大 / Too large",
    415: "类型不支持 / Unsupported media type",
    422: "内容有误 / Invalid input",
    429: "请求过于频繁 / Too many requests",
    500: "系统内部错误 / Internal error",
    503: "暂时不可用 / Temporarily unavailable",
    507: "存储空间不足 / Out of storage",
}
WHERE_KEYS = ("file", "sheet", "row", "column", "field", "parameter", "lng", "lat", "fields")

# What somebody typed is repeated only where it is a code: a name or a phone in the wrong box must
# not travel on in a refusal that is copied, logged by a proxy or shown on a wall.
_TYPED = frozenset({"case_code", "cell_code", "parcel_code", "place_name", "parameter"})
_CODE = re.compile(r"(?!1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}$)[A-Za-z0-9._:/-]{1,60}")
_HIDDEN = "…"


def _repeatable(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _HIDDEN
        if key in _TYPED and isinstance(value, str) and not _CODE.fullmatch(value)
        else value
        for key, value in params.items()
    }


def get_status(error: WanggeError) -> int:
    """The HTTP status of an error: by its code where listed, else by its noun, else 422."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next((status for noun, status in STATUS_OF_NOUN if isinstance(error, noun)), 422)


def render_problem(
    error: WanggeError, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """The response owed for an error; never fails, whatever its parameters hold."""
    status = get_status(error) if status is None else status
    params = _repeatable(error.params)
    sentences = render_sentences(error.code, params)
    body = {
        "type": f"urn:wangge:error:{error.code}",
        "title": _TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "code": error.code,
        "detail": sentences.detail,
        "where": _where(params),
        "fix": sentences.fix,
    }
    extra = {
        key: value
        for key, value in params.items()
        if key not in WHERE_KEYS and key not in body and key != "where"
    }
    if extra:
        body["params"] = extra
    sent = dict(headers or {})
    if status in (429, 503):
        sent["Retry-After"] = str(params.get("retry_after_s", 2))
    return Response(_to_json(body), status, sent, MEDIA_TYPE)


def _where(params: Mapping[str, Any]) -> dict[str, Any] | None:
    given = params.get("where")
    where = dict(given) if isinstance(given, Mapping) else {}
    where.update({key: params[key] for key in WHERE_KEYS if key in params})
    return where or None


def _to_json(body: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, default=str)
    except (ValueError, TypeError):
        shown = {key: body[key] for key in ("type", "title", "status", "code", "detail", "fix")}
        text = json.dumps(shown | {"where": None}, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace")
