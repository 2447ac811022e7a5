"""What the OpenAPI document says beyond the routes: tags and the shape of every refusal."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

TAGS: list[dict[str, Any]] = [
    {"name": "session", "description": "登录 Sign-in; the cookie is the session."},
    {"name": "place", "description": "本地 What this place is made of."},
    {"name": "locate", "description": "定位 Which cell, who answers, and why."},
    {"name": "tiles", "description": "瓦片 Vector tiles of the map's layers: ids and classes."},
    {"name": "wall", "description": "大屏 Figures of the map wall, never persons."},
    {"name": "cases", "description": "事件 Cases, their path and their history."},
    {"name": "events", "description": "实时 Live events (server-sent)."},
    {"name": "inbox", "description": "消息 Messages to the signed-in officer."},
    {"name": "jobs", "description": "作业 Long work, with progress and cancel."},
    {"name": "personal", "description": "个人信息 Names and phones, for a stated purpose."},
    {"name": "audit", "description": "审计 Who did or read what, why, and how much."},
    {"name": "tokens", "description": "令牌 Keys for programs, held to verbs and an area."},
    {"name": "accounts", "description": "账号 Invitations, and closing an account."},
    {"name": "upkeep", "description": "人员 Leave, hand-overs of posts, notes between shifts."},
    {"name": "members", "description": "党小组 Groups, members and duty lists of a leader."},
    {"name": "service requests", "description": "点单 Requests for help, never disputes."},
    {"name": "land", "description": "土地 Papers over land, contested strips, the sheet to sign."},
    {"name": "registers", "description": "登记簿 Receptions, talking rooms, settled in the grid."},
    {"name": "reports", "description": "报表 Figures with their denominators; frozen copies."},
    {"name": "imports", "description": "导入 Files on their way in: mapped, checked, committed."},
    {"name": "redraw", "description": "划格 Plans of new grids: draft, check, publish."},
    {"name": "exports", "description": "导出 Rows as files, masked, logged, within one's area."},
    {"name": "health", "description": "运行 Process, readiness, numbers."},
]

_LANGUAGES = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "where", "fix"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": _LANGUAGES,
        "where": {"type": ["object", "null"]},
        "fix": {"anyOf": [_LANGUAGES, {"type": "null"}]},
        "params": {"type": "object"},
    },
    "example": {
        "type": "urn:wangge:error:place.swapped_axes",
        "title": "内容有误 / Invalid input",
        "status": 422,
        "code": "place.swapped_axes",
        "detail": {"zh": "经纬度像是写反了。", "en": "Longitude and latitude look swapped."},
        "where": {"lng": 39.4, "lat": 110.2},
        "fix": {"zh": "请先写经度再写纬度。", "en": "Give longitude first."},
    },
}
_DEFAULT = {
    "description": "Every refusal: problem+json with code, place and fix, in Chinese and English.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_METHODS = ("get", "put", "post", "patch", "delete")


def give_examples_of_problems(app: FastAPI) -> None:
    """Describe refusals as problem+json everywhere, in place of FastAPI's own 422 shape."""
    make_document = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = make_document()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schemas["Problem"] = PROBLEM_SCHEMA
            for path in document["paths"].values():
                for method in _METHODS:
                    if method in path:
                        responses = path[method].setdefault("responses", {})
                        responses.pop("422", None)
                        responses["4XX"] = _DEFAULT
                        responses["503"] = _DEFAULT
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
