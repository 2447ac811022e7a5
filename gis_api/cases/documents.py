"""Papers of a case as a declared list of templates (``documents.toml``).  Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grid_boundaries.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of paper; ``fields`` are its labels (zh, en) in the order of print."""

    kind: str
    name_zh: str
    name_en: str
    steps: frozenset[str]
    fields: Mapping[str, tuple[str, str]]
    answered: bool


@cache
def read_templates() -> Mapping[str, Template]:
    """The declared list."""
    declared = tomllib.loads(files(__package__).joinpath("documents.toml").read_text("utf-8"))
    return {
        kind: Template(
            kind,
            row["zh"],
            row["en"],
            frozenset(row["steps"]),
            {name: (labels[0], labels[1]) for name, labels in row["fields"].items()},
            row.get("answered", False),
        )
        for kind, row in declared["document"].items()
    }


def check_document(kind: str, fields: Mapping[str, str], step: str) -> Template:
    """The template of a paper to be issued by a step.

    Raises InvalidInput ``step.document_kind`` (with the kinds of this step) and
    ``step.document_fields`` unless exactly the template's fields are given.
    """
    template = read_templates().get(kind)
    if template is None or step not in template.steps:
        allowed = [one.kind for one in read_templates().values() if step in one.steps]
        raise InvalidInput("step.document_kind", field="document", allowed=allowed)
    if set(fields) != set(template.fields):
        raise InvalidInput(
            "step.document_fields", field="document", kind=kind, wanted=list(template.fields)
        )
    return template
