"""What an overlap means: eight classes by a declared table of rules, the first that fits.

An overlap is not yet a conflict.  Every finding says why it is in its class, with the figures the
rule has used; the sentence is made at the edge from ``why`` and ``params``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.geo.measure import mu
from layers.parcels.overlaps import Overlaps, ParcelIndex, require_outline, require_tolerance
from layers.parcels.papers import (
    NO_OUTLINE_METHODS,
    STACKED_BY_LAW,
    UNKNOWN_DATUM,
    Paper,
    combine_errors_m,
)
from layers.parcels.strips import Strips, measure_strips

Objects = npt.NDArray[np.object_]

CANNOT_TELL: Final = "cannot_tell"
SELF_OVERLAP: Final = "self_overlap"
DUPLICATE: Final = "duplicate_registration"
SAME_HOLDER: Final = "same_holder"
STACKED: Final = "stacked_by_law"
SLIVER: Final = "projection_sliver"
SURVEY_ERROR: Final = "within_survey_error"
CONFLICT: Final = "real_conflict"

DUPLICATE_SHARE: Final = 0.95
"""Two outlines are one drawn twice when each covers at least this part of the other."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One pair with its measures; ``limit_m`` as in ``combine_errors_m``."""

    left: Paper
    right: Paper
    area_m2: float
    zone_area_m2: float
    width_m: float
    length_m: float
    left_share: float
    right_share: float
    min_area_m2: float
    limit_m: float | None


@dataclass(frozen=True, slots=True)
class Rule:
    """``fits`` decides; ``why`` names the sentence."""

    verdict: str
    why: str
    fits: Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Finding:
    """One overlap: its class and reason, its size, a place in it, and both papers by key.

    ``area_m2`` is the larger of the two readings of a straight border; ``dates`` are the days of
    issue, ISO or None.
    """

    verdict: str
    why: str
    left: str
    right: str
    dates: tuple[str | None, str | None]
    area_m2: float
    area_mu: float
    width_m: float
    lng: float
    lat: float
    params: dict[str, Any] = field(default_factory=dict)


def _same(a: str | None, b: str | None) -> bool:
    return a is not None and a == b


def _is_one_outline(f: Facts) -> bool:
    return min(f.left_share, f.right_share) >= DUPLICATE_SHARE


def _is_sliver(f: Facts) -> bool:
    return min(f.area_m2, f.zone_area_m2) <= f.min_area_m2


def _is_within_error(f: Facts) -> bool:
    limit = f.limit_m or 0.0
    area = max(f.area_m2, f.zone_area_m2)
    return f.width_m <= limit and area <= limit * f.length_m


RULES: Final = (
    Rule(CANNOT_TELL, "land.why_other_datum", lambda f: f.left.datum != f.right.datum),
    Rule(CANNOT_TELL, "land.why_unknown_datum", lambda f: f.left.datum == UNKNOWN_DATUM),
    Rule(
        CANNOT_TELL,
        "land.why_no_outline",
        lambda f: not NO_OUTLINE_METHODS.isdisjoint({f.left.method, f.right.method}),
    ),
    Rule(SELF_OVERLAP, "land.why_one_paper", lambda f: f.left.key == f.right.key),
    Rule(
        SELF_OVERLAP,
        "land.why_one_certificate",
        lambda f: _same(f.left.certificate_no, f.right.certificate_no),
    ),
    Rule(
        DUPLICATE,
        "land.why_same_parcel_code",
        lambda f: _same(f.left.parcel_code, f.right.parcel_code),
    ),
    Rule(
        DUPLICATE,
        "land.why_same_outline",
        lambda f: f.left.kind == f.right.kind and _is_one_outline(f),
    ),
    Rule(
        SAME_HOLDER, "land.why_same_holder", lambda f: _same(f.left.holder_key, f.right.holder_key)
    ),
    Rule(
        STACKED,
        "land.why_stacked",
        lambda f: frozenset({f.left.kind, f.right.kind}) in STACKED_BY_LAW,
    ),
    Rule(SLIVER, "land.why_sliver", _is_sliver),
    Rule(CANNOT_TELL, "land.why_no_accuracy", lambda f: f.limit_m is None),
    Rule(SURVEY_ERROR, "land.why_survey_error", _is_within_error),
    Rule(CONFLICT, "land.why_conflict", lambda _: True),
)
"""In this order, the first that fits.  A duplicate held by one household is still a duplicate."""


def judge(facts: Facts) -> Rule:
    """The first rule that fits; the last one always does."""
    return next(rule for rule in RULES if rule.fits(facts))


def list_findings(
    papers: Sequence[Paper], overlaps: Overlaps, geoms: Objects, min_area_m2: float
) -> list[Finding]:
    """One finding for each row of ``overlaps``, in its order.

    ``geoms`` are the outlines of ``papers`` (EPSG:4490) from which the overlaps were made, with
    the same ``min_area_m2``.
    """
    within = overlaps.left == overlaps.right
    shared = overlaps.shared
    # a paper's own parts over each other have no second outline: the strip stands for both
    left = np.where(within, shared, geoms[overlaps.left])
    right = np.where(within, shared, geoms[overlaps.right])
    pairs = [
        (papers[a], papers[b])
        for a, b in zip(overlaps.left.tolist(), overlaps.right.tolist(), strict=True)
    ]
    return _judge_all(pairs, measure_strips(left, right, shared), min_area_m2)


def compare_papers(
    left: Paper, left_geom: Any, right: Paper, right_geom: Any, min_area_m2: float
) -> Finding | None:
    """The finding of one pair; None when no reading of their borders shares more than that.

    Other than ``list_findings`` it also sees overlaps that exist in the projected plane only.
    Raises InvalidInput as ``require_outline``.
    """
    require_tolerance(min_area_m2)
    for geom in (left_geom, right_geom):
        require_outline(geom)
    geoms = np.array([left_geom, right_geom], dtype=object)
    strips = measure_strips(geoms[:1], geoms[1:])
    if max(strips.area_m2[0], strips.zone_area_m2[0]) <= min_area_m2:
        return None
    return _judge_all([(left, right)], strips, min_area_m2)[0]


def triage(papers: Sequence[Paper], geoms: Objects, min_area_m2: float) -> list[Finding]:
    """All overlaps of a layer larger than ``min_area_m2``, with their classes."""
    overlaps = ParcelIndex(geoms).list_overlaps(min_area_m2)
    return list_findings(papers, overlaps, geoms, min_area_m2)


def _judge_all(
    pairs: Sequence[tuple[Paper, Paper]], strips: Strips, min_area_m2: float
) -> list[Finding]:
    return [_make_finding(*pair, strips, k, min_area_m2) for k, pair in enumerate(pairs)]


def _make_finding(left: Paper, right: Paper, strips: Strips, k: int, min_area_m2: float) -> Finding:
    facts = Facts(
        left,
        right,
        area_m2=float(strips.area_m2[k]),
        zone_area_m2=float(strips.zone_area_m2[k]),
        width_m=float(strips.width_m[k]),
        length_m=float(strips.length_m[k]),
        left_share=float(strips.left_share[k]),
        right_share=float(strips.right_share[k]),
        min_area_m2=min_area_m2,
        limit_m=combine_errors_m(left, right),
    )
    rule = judge(facts)
    area_m2 = max(facts.area_m2, facts.zone_area_m2)
    days = [paper.issued_on.isoformat() if paper.issued_on else None for paper in (left, right)]
    return Finding(
        rule.verdict,
        rule.why,
        left.key,
        right.key,
        dates=(days[0], days[1]),
        area_m2=area_m2,
        area_mu=round(mu(area_m2), 2),
        width_m=facts.width_m,
        lng=float(strips.lng[k]),
        lat=float(strips.lat[k]),
        params=_list_params(facts),
    )


def _list_params(facts: Facts) -> dict[str, Any]:
    """Figures for the sentence, rounded for reading."""
    limit = facts.limit_m
    return {
        "area_m2": round(max(facts.area_m2, facts.zone_area_m2), 2),
        "degree_area_m2": round(facts.area_m2, 2),
        "zone_area_m2": round(facts.zone_area_m2, 2),
        "width_m": round(facts.width_m, 2),
        "length_m": round(facts.length_m, 1),
        "limit_m": None if limit is None else round(limit, 2),
        "limit_m2": None if limit is None else round(limit * facts.length_m, 2),
        "left_method": facts.left.method,
        "right_method": facts.right.method,
        "left_error_m": facts.left.error_m,
        "right_error_m": facts.right.error_m,
        "left_kind": facts.left.kind,
        "right_kind": facts.right.kind,
        "left_datum": facts.left.datum,
        "right_datum": facts.right.datum,
        "share_percent": round(100 * min(facts.left_share, facts.right_share), 1),
    }
