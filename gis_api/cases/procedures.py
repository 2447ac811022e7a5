"""Lawful procedures as a declared table (``procedures.toml``): their stages and results.  Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grid_boundaries.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Procedure:
    """``organ_only`` results are recorded only by the organ that is competent."""

    procedure: str
    name_zh: str
    name_en: str
    stages: tuple[str, ...]
    results: tuple[str, ...]
    way: str | None = None
    organ_only: frozenset[str] = frozenset()
    outlives: bool = False

    def list_next(self, stage: str) -> tuple[str, ...]:
        """What may follow a stage: the next stage, or any result."""
        after = self.stages[self.stages.index(stage) + 1 :][:1] if stage in self.stages else ()
        return (*after, *self.results)


@cache
def read_procedures() -> Mapping[str, Procedure]:
    """The declared table."""
    declared = tomllib.loads(files(__package__).joinpath("procedures.toml").read_text("utf-8"))
    return {
        slug: Procedure(
            slug,
            row["zh"],
            row["en"],
            tuple(row["stages"]),
            tuple(row["results"]),
            row.get("way"),
            frozenset(row.get("organ_only", ())),
            row.get("outlives", False),
        )
        for slug, row in declared["procedure"].items()
    }


def get_procedure(slug: str) -> Procedure:
    """The procedure; InvalidInput ``step.procedure_unknown`` with those there are."""
    known = read_procedures()
    if slug not in known:
        raise InvalidInput("step.procedure_unknown", field="procedure", known=sorted(known))
    return known[slug]
