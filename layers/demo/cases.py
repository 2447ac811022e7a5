"""Three years of synthetic cases: one rate per household and kind, raised where it is planted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .case_words import RESPONDENTS, SOURCES, TEXTS, kind_shares
from .places import DemoPlace
from .plane import Bools, Floats, Ints, LocalPlane, Objects
from .plants import PlantedPlace, truth_of
from .streams import layer_stream

FIRST_ON, LAST_ON = date(2023, 11, 1), date(2026, 10, 31)
CASE_COLUMNS = [
    "key",
    "kind",
    "source",
    "lng",
    "lat",
    "accuracy_m",
    "happened_on",
    "registered_on",
    "closed_on",
    "household_key",
    "text_zh",
    "urgent",
    "respondent_kind",
]
_DAYS = (LAST_ON - FIRST_ON).days + 1
_OUTDOORS = ("land", "acquisition", "mine_village", "environment", "traffic", "contract")
_UNLOCATED, _OFFICE_PINNED = 0.025, 0.03
_PARTY_KNOWN, _OFFICER_INVOLVED = 0.75, 0.05
_OFFICE_ACCURACY_M = 1000.0


def build_cases(
    place: DemoPlace,
    cells: gpd.GeoDataFrame,
    households: pd.DataFrame,
    planted: list[PlantedPlace],
    officers: pd.DataFrame,
    office: tuple[float, float],
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The ``cases`` table, sorted by ``registered_on``, and the truth about its plants.

    The total is the place's own; where, what and when are independent draws from the rates, so a
    count in cells × kinds × days is binomial around the truth's expectation.
    """
    rng = layer_stream(place.seed, "cases")
    shares = kind_shares(place.kind_profile)
    home, kind, day = _draw(place, len(households), shares, planted, rng)
    order = np.lexsort((home, day))
    home, kind, day = home[order], kind[order], day[order]
    home = _some_officers(home, households, officers, rng)
    lng_lat, accuracy = _located(place, cells, households, home, kind, rng)
    known = rng.random(len(home)) < _PARTY_KNOWN
    lng_lat, accuracy, known = _unlocated(lng_lat, accuracy, known, office, rng)
    frame = pd.DataFrame(
        {
            "key": np.arange(len(home)),
            "kind": kind,
            "source": _pick(SOURCES, len(home), rng),
            "lng": lng_lat[:, 0],
            "lat": lng_lat[:, 1],
            "accuracy_m": accuracy,
            **case_dates(day, rng),
            "household_key": np.where(known, home, -1),
            "text_zh": [
                TEXTS[k][int(n) % len(TEXTS[k])]
                for k, n in zip(kind, _ints(kind, rng), strict=True)
            ],
            "urgent": rng.random(len(home)) < 0.05,
            "respondent_kind": _respondents(kind, rng),
        }
    )
    expected = [_expected(place, len(households), shares, planted, item) for item in planted]
    truth = truth_of(place, cells, planted, expected, (FIRST_ON, LAST_ON))
    return frame[CASE_COLUMNS], truth


def case_dates(day: Ints, rng: np.random.Generator) -> dict[str, pd.Series]:
    """``happened_on`` ≤ ``registered_on`` ≤ ``closed_on``; None when open on the last day."""
    before = rng.geometric(0.18, len(day)) - 1
    after = np.round(rng.gamma(2.0, 14.0, len(day))).astype(np.int64) + 1
    never = rng.random(len(day)) < 0.02
    closed = [
        None if open_still or d + a >= _DAYS else FIRST_ON + timedelta(days=d + a)
        for d, a, open_still in zip(day.tolist(), after.tolist(), never.tolist(), strict=True)
    ]
    days = [FIRST_ON + timedelta(days=n) for n in range(_DAYS)]
    return {
        "happened_on": pd.Series(
            [
                days[d] - timedelta(days=b)
                for d, b in zip(day.tolist(), before.tolist(), strict=True)
            ],
            dtype=object,
        ),
        "registered_on": pd.Series([days[d] for d in day.tolist()], dtype=object),
        "closed_on": pd.Series(closed, dtype=object),
    }


def _plant_share(item: PlantedPlace, shares: dict[str, float]) -> float:
    """Baseline weight of a plant's kinds, households and days, in household-periods."""
    days = (LAST_ON - item.plant.from_on).days + 1
    return len(item.households) * sum(shares[k] for k in item.plant.kinds) * days / _DAYS


def _weights(household_count: int, shares: dict[str, float], planted: list[PlantedPlace]) -> Floats:
    extra = [_plant_share(item, shares) * (item.plant.rate - 1) for item in planted]
    return np.array([float(household_count), *extra])


def _expected(
    place: DemoPlace,
    household_count: int,
    shares: dict[str, float],
    planted: list[PlantedPlace],
    item: PlantedPlace,
) -> tuple[float, float]:
    per_weight = place.cases / _weights(household_count, shares, planted).sum()
    without = per_weight * _plant_share(item, shares)
    return without * item.plant.rate, without


def _draw(
    place: DemoPlace,
    household_count: int,
    shares: dict[str, float],
    planted: list[PlantedPlace],
    rng: np.random.Generator,
) -> tuple[Ints, Objects, Ints]:
    weights = _weights(household_count, shares, planted)
    counts = rng.multinomial(place.cases, weights / weights.sum())
    parts = [(np.arange(household_count), tuple(shares), FIRST_ON)]
    parts += [(item.households, item.plant.kinds, item.plant.from_on) for item in planted]
    home, kind, day = [], [], []
    for count, (rows, kinds, from_on) in zip(counts.tolist(), parts, strict=True):
        share = np.array([shares[k] for k in kinds])
        home.append(rng.choice(rows, count))
        kind.append(rng.choice(np.array(kinds, dtype=object), count, p=share / share.sum()))
        day.append(rng.integers((from_on - FIRST_ON).days, _DAYS, count))
    return np.concatenate(home), np.concatenate(kind), np.concatenate(day)


def _some_officers(
    home: Ints, households: pd.DataFrame, officers: pd.DataFrame, rng: np.random.Generator
) -> Ints:
    """A few cases become those of an officer's own household in the same lowest cell."""
    micro = households["micro_key"].to_numpy()
    lives_in = officers.loc[officers["household_key"] >= 0, "household_key"].to_numpy()
    of_cell = dict(zip(micro[lives_in].tolist(), lives_in.tolist(), strict=True))
    involved = rng.random(len(home)) < _OFFICER_INVOLVED
    moved = [
        of_cell.get(int(micro[row]), row) if swap else row
        for row, swap in zip(home.tolist(), involved.tolist(), strict=True)
    ]
    return np.array(moved, dtype=np.int64)


def _located(
    place: DemoPlace,
    cells: gpd.GeoDataFrame,
    households: pd.DataFrame,
    home: Ints,
    kind: Objects,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Points at the house, or on the land near it inside the same lowest cell."""
    at_home = households[["lng", "lat"]].to_numpy()[home]
    plane = LocalPlane(*place.centre)
    turn = rng.uniform(0, 2 * np.pi, len(home))
    away_m = rng.exponential(220.0, len(home))[:, None]
    step = np.column_stack([np.cos(turn), np.sin(turn)]) * away_m
    outdoors = plane.to_degrees(plane.from_degrees(at_home) + step)
    geom = cells["geom"].to_numpy(object)[households["micro_key"].to_numpy()[home]]
    stays: Bools = np.isin(kind.astype(str), _OUTDOORS) & shapely.contains_xy(
        geom, outdoors[:, 0], outdoors[:, 1]
    )
    accuracy = np.where(stays, rng.choice([20.0, 50.0, 100.0, 300.0], len(home)), 15.0)
    return np.where(stays[:, None], outdoors, at_home), accuracy


def _unlocated(
    lng_lat: Floats,
    accuracy: Floats,
    known: Bools,
    office: tuple[float, float],
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Bools]:
    lot = rng.random(len(lng_lat))
    nowhere = lot < _UNLOCATED
    pinned = ~nowhere & (lot < _UNLOCATED + _OFFICE_PINNED)
    lng_lat = np.where(nowhere[:, None], np.nan, np.where(pinned[:, None], office, lng_lat))
    accuracy = np.where(nowhere, np.nan, np.where(pinned, _OFFICE_ACCURACY_M, accuracy))
    return lng_lat, accuracy, known & ~nowhere & ~pinned


def _respondents(kind: Objects, rng: np.random.Generator) -> list[str]:
    lot = rng.random(len(kind))
    chosen: list[str] = []
    for name, draw in zip(kind.tolist(), lot.tolist(), strict=True):
        table = RESPONDENTS.get(name, RESPONDENTS[""])
        edges = np.cumsum([share for _, share in table])
        chosen.append(table[min(int(np.searchsorted(edges, draw)), len(table) - 1)][0])
    return chosen


def _pick(table: dict[str, float], count: int, rng: np.random.Generator) -> Objects:
    share = np.array(list(table.values()))
    return np.asarray(rng.choice(np.array(list(table), dtype=object), count, p=share / share.sum()))


def _ints(like: Objects, rng: np.random.Generator) -> list[int]:
    return [int(n) for n in rng.integers(0, 1000, len(like))]
