"""What every request is looked through for before its route: names and characters we refuse.

FastAPI ignores unknown query parameters; a misspelt filter would then answer with everything.
JSON numbers that are not finite, NUL and unpaired surrogates cannot be stored, so they stop here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from grid_boundaries.errors import InvalidInput

# By identity; the route is kept beside its names so that the identity is never given again.
_known_parameters: dict[int, tuple[APIRoute, frozenset[str]]] = {}


async def screen_request(request: Request) -> None:
    """Raise InvalidInput for unknown or repeated query parameters and impossible characters."""
    path_params = request.path_params
    if path_params:
        _require_storable(path_params, "path")
    if request.url.query:
        _screen_query(request)
    if "json" in request.headers.get("content-type", "") and request.method != "GET":
        body = await request.body()
        if body:
            _require_storable(await request.json(), "body")


def _screen_query(request: Request) -> None:
    known = _list_known(request.scope.get("route"))
    pairs = request.query_params.multi_items()
    for name, value in pairs:
        if name not in known:
            raise InvalidInput("query.unknown_parameter", parameter=name[:80], known=sorted(known))
        _require_storable(value, name)
    if len(pairs) != len(request.query_params):
        repeated = next(n for n, _ in pairs if len(request.query_params.getlist(n)) > 1)
        raise InvalidInput("query.repeated_parameter", parameter=repeated)


def _list_known(route: object) -> frozenset[str]:
    if not isinstance(route, APIRoute):
        return frozenset()
    kept = _known_parameters.get(id(route))
    if kept is None:
        kept = _known_parameters[id(route)] = (route, frozenset(_query_names(route.dependant)))
    return kept[1]


def _query_names(dependant: Dependant) -> Iterable[str]:
    for field in get_flat_params(dependant):
        if isinstance(field.field_info, Query):
            yield field.alias


def _require_storable(value: Any, where: str) -> None:
    """Walk a parsed value without recursion; JSON parsing already bounds its depth."""
    waiting = [(value, where)]
    while waiting:
        item, place = waiting.pop()
        if isinstance(item, str):
            _require_text(item, place)
        elif isinstance(item, float):
            if not math.isfinite(item):
                raise InvalidInput("value.not_finite", field=place)
        elif isinstance(item, int):
            if abs(item) >= 2**63:
                raise InvalidInput("value.number_too_large", field=place)
        elif isinstance(item, dict):
            for key, child in item.items():
                _require_text(key, place)
                waiting.append((child, f"{place}.{key}"[:200]))
        elif isinstance(item, list):
            waiting.extend((child, place) for child in item)


def _require_text(text: str, place: str) -> None:
    if "\x00" in text:
        raise InvalidInput("text.has_nul", field=_shown(place))
    if not text.isascii() and any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise InvalidInput("text.bad_unicode", field=_shown(place))


def _shown(place: str) -> str:
    return place.replace("\x00", "").encode("utf-8", "replace").decode()
