"""What coordinates could be in: every candidate with its evidence, never a silent guess.

Sure means: may be taken without asking.  That needs positions that fit things already in or the
edge of the town to a few metres.  Degrees alone are never sure: GCJ-02 differs by 500 m and looks
the same.  Nor is a .prj, however well it fits the town: Xi'an 80 and what was drawn over a web map
lie 80 to 600 m beside their place under it, and nothing shows that but things already in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import get_crs
from grid_boundaries.geo.old_datums import ACCURACY_UNSHIFTED_M, is_old_datum
from layers.importers.coordinates.evidence import Ground, Look
from layers.importers.coordinates.keys import (
    OLD,
    SWAPPED,
    System,
    datum_of,
    list_degree_systems,
    list_mercator_systems,
    list_plain_systems,
    list_prefixed_systems,
    own_prefix_system,
    same_projection,
)
from layers.importers.coordinates.moving import transform_xy

Floats = npt.NDArray[np.float64]

SAMPLE_POINTS: Final = 2_000
_SHOWN: Final = 8
_LEAST_OF_A_ZONE: Final = 0.01
_OUTLIER: Final = 0.01
_TIGHT_BONUS: Final = 60.0
_STATED_BONUS: Final = 4.0
_STATED_DEGREES_BONUS: Final = 1.0
# a file that names an old datum is believed unless its things fit those already in
_STATED_OLD_BONUS: Final = 50.0
_SHIFTED_BONUS: Final = 8.0
_SWAPPED_COST: Final = -3.0
_SURE_SCORE: Final = 0.95
_SURE_INSIDE: Final = 0.97
_ON_EARTH: Final = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading.

    ``key`` is what ``transform`` takes: ``EPSG:n``, ``gcj02``, ``bd09`` (WKT for what only the file
    names), with ``+swapped`` when the axes are.  ``score`` 0–1, all candidates together 1;
    ``share_inside`` of the sample inside the outline; ``offset_m`` from what is already in (None
    where nothing tells); ``why`` are codes of evidence: stated, declared, usual, inside, outside,
    tight, shifted, old_datum, swapped.
    """

    key: str
    label_zh: str
    label_en: str
    score: float
    share_inside: float
    offset_m: float | None
    why: tuple[str, ...]
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Candidates, likeliest first.  ``sure``: the first may be taken without asking.

    ``refused`` is the code of a reason for which nothing may be taken as it is (``crs.old_datum``
    for Xi'an 80 and Beijing 54, ``crs.nothing_fits``, ``crs.no_coordinates`` for an empty sample),
    else None.
    """

    candidates: tuple[Candidate, ...]
    sure: bool
    refused: str | None = None

    @property
    def needs_choice(self) -> bool:
        """True when a person has to choose."""
        return not self.sure and bool(self.candidates)


@dataclass(frozen=True, slots=True)
class _Reading:
    key: str
    system: System
    look: Look
    weight: float
    why: tuple[str, ...]


def sample_points(
    geometry: npt.NDArray[np.object_] | Sequence[shapely.Geometry | None],
    most: int = SAMPLE_POINTS,
) -> Floats:
    """Up to ``most`` vertices of shapes, evenly taken; (0, 0) and what is not finite left out."""
    xy = shapely.get_coordinates(np.asarray(geometry, dtype=object))
    good = np.isfinite(xy).all(axis=1) & (np.abs(xy) > 1e-9).any(axis=1)
    xy = xy[good]
    chosen: Floats = xy[np.linspace(0, len(xy) - 1, most).astype(int)] if len(xy) > most else xy
    return chosen


def diagnose(
    sample_xy: Floats,
    *,
    prj_text: str | None = None,
    declared: str | None = None,
    outline: shapely.Geometry | None = None,
    layers: Sequence[Floats] = (),
) -> Diagnosis:
    """What ``sample_xy`` (n×2, as the file has them: first column x) could be in.

    ``prj_text`` is what the file says (WKT or ``EPSG:n``), ``declared`` a key that a person chose,
    ``outline`` the town in EPSG:4490 degrees, ``layers`` m×2 vertices in EPSG:4490 of what is
    already in and may appear in the file again.
    """
    xy = np.asarray(sample_xy, dtype=np.float64).reshape(-1, 2)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return Diagnosis((), sure=False, refused="crs.no_coordinates")
    middle = _middle(outline, layers)
    ground = Ground(outline, layers, middle or (0.0, 0.0))
    stated = _read_stated(prj_text)
    readings = []
    for key, system in _list_readings(xy, stated, declared, middle):
        reading = _weigh(key, system, xy, ground, stated, declared)
        if reading is not None:
            readings.append(reading)
    if not readings:
        return Diagnosis((), sure=False, refused="crs.nothing_fits")
    readings = _weigh_shift(readings, xy, ground)
    candidates = _rank(readings)
    best = candidates[0]
    refused = "crs.old_datum" if datum_of(best.key) in OLD or "old_datum" in best.why else None
    sure = refused is None and _is_sure(candidates, stated, declared)
    if not sure and refused is None and ground.has_anchors:
        candidates = (_with_shift(best, xy, ground), *candidates[1:])
    return Diagnosis(candidates[:_SHOWN], sure, refused)


def _middle(
    outline: shapely.Geometry | None, layers: Sequence[Floats]
) -> tuple[float, float] | None:
    if outline is not None and not shapely.is_empty(outline):
        west, south, east, north = shapely.bounds(outline).tolist()
        return ((west + east) / 2, (south + north) / 2)
    filled = [np.asarray(layer) for layer in layers if len(layer)]
    if filled:
        lng, lat = np.nanmedian(np.vstack(filled), axis=0)
        return (float(lng), float(lat))
    return None


def _read_stated(prj_text: str | None) -> str | None:
    """The key of what the file says; its own text where no number stands for it."""
    if not prj_text or not prj_text.strip():
        return None
    try:
        crs = get_crs(prj_text)
    except InvalidInput:
        return None
    number = crs.to_epsg(min_confidence=60) or crs.to_epsg(min_confidence=25)
    if crs.is_geographic and number is None:
        number = 4490 if not is_old_datum(crs) else None
    return same_projection(f"EPSG:{number}") if number else prj_text


def _list_readings(
    xy: Floats, stated: str | None, declared: str | None, middle: tuple[float, float] | None
) -> list[tuple[str, System]]:
    """Every key that these numbers could be read by, without repetition."""
    found: dict[str, System] = {}
    for swapped in (False, True):
        east, north = (xy[:, 1], xy[:, 0]) if swapped else (xy[:, 0], xy[:, 1])
        tail = SWAPPED if swapped else ""
        for system in _systems_of(east, north, middle):
            found.setdefault(system.key + tail, system)
    for key in (stated, declared):
        if key is not None:
            for tail in ("", SWAPPED):
                found.setdefault(key + tail, _named(key.removesuffix(SWAPPED)))
    return list(found.items())


def _systems_of(east: Floats, north: Floats, middle: tuple[float, float] | None) -> list[System]:
    e, n = float(np.median(east)), float(np.median(north))
    if 70 <= e <= 140 and 3 <= n <= 56:
        return list(list_degree_systems())
    if 1.56e7 <= e < 4.6e7 and 3e5 <= n < 6.5e6:
        own = [own_prefix_system()] if _has_several_prefixes(east) else []
        return [*own, *list_prefixed_systems(int(e // 1_000_000))]
    if 1e5 <= e < 9.5e5 and 3e5 <= n < 6.5e6:
        return list(list_plain_systems(None if middle is None else middle[0]))
    if 7.7e6 <= e < 1.56e7 and 3e5 <= n < 7.6e6:
        prefixed = list_prefixed_systems(int(e // 1_000_000))
        return [*list_mercator_systems(), *prefixed]
    return []


def _has_several_prefixes(east: Floats) -> bool:
    """True when at least 1 % of the sample begins with another 3° zone than the most of it."""
    _, counts = np.unique(np.floor(east / 1e6), return_counts=True)
    return len(counts) > 1 and int(np.sort(counts)[-2]) >= _LEAST_OF_A_ZONE * len(east)


def _named(key: str) -> System:
    try:
        crs = get_crs(key)
    except InvalidInput:
        return System(key, key, key, "other", 0.0)
    datum = "old" if is_old_datum(crs) else "other"
    return System(key, crs.name, crs.name, datum, 0.0, is_zone=crs.is_projected)


def _weigh(
    key: str, system: System, xy: Floats, ground: Ground, stated: str | None, declared: str | None
) -> _Reading | None:
    """The reading with its weight (a logarithm), None when it leaves the earth or the region."""
    try:
        lng, lat = transform_xy(xy[:, 0], xy[:, 1], key, accept_100m=True)
    except InvalidInput:
        return None
    lng_lat = np.column_stack([lng, lat])
    west, south, east, north = _ON_EARTH
    on_earth = (lng >= west) & (lng <= east) & (lat >= south) & (lat <= north)
    if on_earth.mean() < 0.5:
        return None
    look = ground.look(lng_lat)
    if look.share_near < 0.5:
        return None
    why = ["inside" if look.share_inside >= _SURE_INSIDE else "outside"]
    outside = 1.0 - look.share_inside
    weight = system.usual + len(xy) * outside * np.log(_OUTLIER)
    old = system.datum in (*OLD, "old")
    if look.is_tight and not old:
        weight += _TIGHT_BONUS
        why.append("tight")
    base = key.removesuffix(SWAPPED)
    if stated is not None and same_projection(base) == stated:
        bonus = _STATED_BONUS if system.is_zone else _STATED_DEGREES_BONUS
        weight += _STATED_OLD_BONUS if old else bonus
        why.append("stated")
    if declared is not None and same_projection(key) == same_projection(declared):
        weight += _STATED_BONUS
        why.append("declared")
    if key.endswith(SWAPPED):
        weight += _SWAPPED_COST
        why.append("swapped")
    if old:
        why.append("old_datum")
    return _Reading(key, system, look, float(weight), tuple(why))


def _weigh_shift(readings: list[_Reading], xy: Floats, ground: Ground) -> list[_Reading]:
    """A zone of CGCS2000 that lies beside everything by one step is one of an older datum."""
    best = max(readings, key=lambda r: r.weight)
    if not best.system.is_zone or best.system.datum != "cgcs2000" or "tight" in best.why:
        return readings
    shift = ground.find_shift(np.column_stack(transform_xy(xy[:, 0], xy[:, 1], best.key)))
    if shift is None:
        return readings
    return [
        replace(r, weight=r.weight + _SHIFTED_BONUS) if "old_datum" in r.why else r
        for r in readings
    ]


def _rank(readings: list[_Reading]) -> tuple[Candidate, ...]:
    once: dict[str, _Reading] = {}
    for reading in sorted(readings, key=lambda r: (-r.weight, r.key)):
        once.setdefault(same_projection(reading.key), reading)
    ordered = list(once.values())
    weights = np.array([reading.weight for reading in ordered])
    shares = np.exp(weights - weights.max())
    shares /= shares.sum()
    return tuple(_candidate(r, float(s)) for r, s in zip(ordered, shares, strict=True))


def _candidate(reading: _Reading, score: float) -> Candidate:
    swapped = reading.key.endswith(SWAPPED)
    old = "old_datum" in reading.why
    return Candidate(
        key=reading.key,
        label_zh=reading.system.zh + ("，两列颠倒" if swapped else ""),
        label_en=reading.system.en + (", axes swapped" if swapped else ""),
        score=round(score, 4),
        share_inside=round(reading.look.share_inside, 4),
        offset_m=reading.look.close_m,
        why=reading.why,
        accuracy_m=ACCURACY_UNSHIFTED_M if old else 0.0,
    )


def _is_sure(candidates: tuple[Candidate, ...], stated: str | None, declared: str | None) -> bool:
    best = candidates[0]
    if "tight" in best.why:
        if stated is not None and datum_of(stated) in OLD:
            return False
        rivals = [c for c in candidates[1:] if "tight" in c.why]
        return best.score >= _SURE_SCORE and not rivals
    # what stands in a .prj is never enough: numbers drawn over a web map, or of an old datum, are
    # written in the town's zone as well, and lie inside of it as well
    return declared is not None and "declared" in best.why and best.share_inside >= 0.5


def _with_shift(best: Candidate, xy: Floats, ground: Ground) -> Candidate:
    lng_lat = np.column_stack(transform_xy(xy[:, 0], xy[:, 1], best.key))
    shift = ground.find_shift(lng_lat)
    if shift is None:
        return best
    return replace(best, offset_m=round(shift.metres, 1), why=(*best.why, "shifted"))
