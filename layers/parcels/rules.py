"""The declared rules of land and what each of them means at each stage of the work."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from layers.parcels.triage import Finding as Overlap

STAGES: Final = ("intake", "survey", "agreement")
SEVERITIES: Final = ("error", "warning", "note")
_FILE: Final = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class LandRule:
    """A rule by its code; ``severity`` by stage."""

    code: str
    zh: str
    en: str
    severity: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class LandFinding:
    """One thing found: its rule, the sentence's code and figures, and where.

    ``left`` and ``right`` are rows of the claims that were looked at, None where there is none;
    ``geom`` is in EPSG:4490.  ``params`` hold codes and figures, never names.
    """

    rule: str
    why: str
    left: int | None
    right: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    area_m2: float | None = None
    width_m: float | None = None
    geom: BaseGeometry | None = None
    verdict: str | None = None


@cache
def read_rules() -> dict[str, LandRule]:
    """Every rule by code; ValueError for a severity that is none."""
    declared = tomllib.loads(_FILE.read_text("utf-8"))
    rules = {}
    for code, row in declared.items():
        severity = {stage: row[stage] for stage in STAGES}
        if not set(severity.values()) <= set(SEVERITIES):
            raise ValueError(f"{_FILE.name}: {code} has a severity that is none")
        rules[code] = LandRule(code, row["zh"], row["en"], severity)
    return rules


def get_severity(rule: str, stage: str) -> str:
    """How much a rule weighs at a stage; KeyError for an unknown one."""
    return read_rules()[rule].severity[stage]


def from_overlap(overlap: Overlap, rows: dict[str, int], geom: BaseGeometry | None) -> LandFinding:
    """A triaged overlap as a finding; ``rows`` are rows of the claims by the key of their paper."""
    return LandFinding(
        f"overlap_{overlap.verdict}",
        overlap.why,
        rows[overlap.left],
        rows[overlap.right],
        overlap.params,
        overlap.area_m2,
        overlap.width_m,
        geom,
        overlap.verdict,
    )
