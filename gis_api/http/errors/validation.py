"""FastAPI's findings about a request, as one noun with the fields that are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gis_api.messages import read_catalogue, render_sentences
from grid_boundaries.errors import InvalidInput, WanggeError

_MAX_FIELDS = 20
# Limits and expectations that may be shown; never the value that was given.
_SHOWN_CONTEXT = ("ge", "gt", "le", "lt", "min_length", "max_length", "expected", "pattern")


def explain_validation(errors: Sequence[Mapping[str, Any]]) -> WanggeError:
    """All wrong fields with a sentence each; 400 ``body.unreadable`` when the JSON is broken."""
    if any(error.get("type") == "json_invalid" for error in errors):
        return InvalidInput("body.unreadable")
    fields = [_explain_field(error) for error in errors[:_MAX_FIELDS]]
    first = fields[0]
    return InvalidInput(
        "request.invalid",
        field=first["field"],
        problem_zh=first["detail"]["zh"],
        problem_en=first["detail"]["en"],
        count=len(errors),
        fields=fields,
    )


def _explain_field(error: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(error.get("type", ""))
    context = error.get("ctx") or {}
    params = {key: context[key] for key in _SHOWN_CONTEXT if key in context}
    location = [str(part) for part in error.get("loc", ())]
    code = f"field.{kind}"
    if code not in read_catalogue("zh"):
        code = "field.other"
    return {
        "field": ".".join(location[1:])[:200] or (location[0] if location else "body"),
        "in": location[0] if location else "body",
        "problem": kind,
        "detail": render_sentences(code, params).detail,
    }
