"""Planted duplicates (合成数据): one dispute told twice, through two doors, among many others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from .case_words import KINDS, kind_shares
from .plane import Floats, Objects

# What the second door calls it when it does not find the same word.
_MISTAKEN: Final = {
    "land": ("contract", "homestead", "neighbour", "other"),
    "homestead": ("land", "neighbour"),
    "neighbour": ("homestead", "family", "other"),
    "contract": ("land", "tenancy", "other"),
    "acquisition": ("mine_village", "land"),
    "mine_village": ("environment", "acquisition"),
    "environment": ("mine_village", "traffic"),
    "labour_pay": ("contract", "other"),
    "tenancy": ("contract",),
    "traffic": ("environment", "other"),
    "family": ("neighbour", "other"),
    "other": ("neighbour", "family"),
}
# door → (share, spread of the position in m, stated accuracy in m)
_DOORS: Final = {
    "visit": (0.25, 15.0, 15.0),
    "grid_worker": (0.25, 30.0, 20.0),
    "talking_room": (0.15, 80.0, 100.0),
    "hotline": (0.35, 150.0, 300.0),
}
_SAME_KIND: Final = 0.8
_M_PER_DEGREE: Final = (86_000.0, 111_000.0)  # at 39.4° N, near enough for scattering


@dataclass(frozen=True, slots=True)
class Planted:
    """``cases`` has key, kind, source, lng, lat, accuracy_m, happened_on, closed_on; ``pairs`` are
    (second telling, first telling) by key."""

    cases: pd.DataFrame
    pairs: list[tuple[int, int]]


def plant_duplicates(
    seed: int,
    *,
    background: int,
    pairs: int,
    villages: int = 21,
    span_km: float = 36.0,
    last_on: date,
    days: int = 730,
    profile: str = "mining",
) -> Planted:
    """Cases over villages of a town, of which ``pairs`` are told a second time within months.

    First tellings that are closed were closed in the last half year before ``last_on``; others of
    the background were closed at any time.  Independent draws; the same seed, the same cases.
    """
    rng = np.random.default_rng([seed, 6])
    centres = rng.uniform(-span_km * 500, span_km * 500, (villages, 2))
    shares = kind_shares(profile)
    kinds = np.array(list(shares), dtype=object)
    weights = np.array(list(shares.values()))
    count = background + pairs
    at_m = centres[rng.integers(villages, size=count)] + rng.normal(0, 450.0, (count, 2))
    kind = rng.choice(kinds, count, p=weights / weights.sum())
    ago = rng.integers(0, days, count)
    ago[background:] = rng.integers(0, 150, pairs)
    source, spread_m, accuracy_m = _doors(rng, count)
    told_m = at_m + rng.normal(0, 1, (count, 2)) * spread_m[:, None]
    closed_after = rng.integers(5, 60, count)
    is_closed = rng.random(count) < np.where(np.arange(count) < background, 0.7, 0.3)

    later = np.minimum(rng.exponential(18.0, pairs).astype(int), 90)
    second_ago = np.maximum(ago[background:] - later, 0)
    second_source, second_spread_m, second_accuracy_m = _doors(rng, pairs)
    second_m = at_m[background:] + rng.normal(0, 1, (pairs, 2)) * second_spread_m[:, None]
    keeps = rng.random(pairs) < _SAME_KIND
    second_kind = [
        word if same else str(rng.choice(_MISTAKEN[word]))
        for word, same in zip(kind[background:].tolist(), keeps.tolist(), strict=True)
    ]
    days_on = [last_on - timedelta(days=int(n)) for n in np.concatenate([ago, second_ago])]
    closed = [
        min(on + timedelta(days=int(after)), last_on) if done else None
        for on, after, done in zip(
            days_on, np.concatenate([closed_after, np.zeros(pairs, int)]),
            np.concatenate([is_closed, np.zeros(pairs, bool)]), strict=True,
        )
    ]  # fmt: skip
    metres = np.concatenate([told_m, second_m])
    frame = pd.DataFrame(
        {
            "key": np.arange(count + pairs),
            "kind": np.concatenate([kind, np.array(second_kind, dtype=object)]),
            "source": np.concatenate([source, second_source]),
            "lng": (110.65 + metres[:, 0] / _M_PER_DEGREE[0]).round(6),
            "lat": (39.45 + metres[:, 1] / _M_PER_DEGREE[1]).round(6),
            "accuracy_m": np.concatenate([accuracy_m, second_accuracy_m]),
            "happened_on": pd.Series(days_on, dtype=object),
            "closed_on": pd.Series(closed, dtype=object),
        }
    )
    assert set(frame["kind"]) <= set(KINDS)
    return Planted(frame, [(count + n, background + n) for n in range(pairs)])


def _doors(rng: np.random.Generator, count: int) -> tuple[Objects, Floats, Floats]:
    """Door, spread and stated accuracy of each telling."""
    names = list(_DOORS)
    shares = np.array([_DOORS[name][0] for name in names])
    chosen = rng.choice(len(names), count, p=shares / shares.sum())
    return (
        np.array(names, dtype=object)[chosen],
        np.array([_DOORS[name][1] for name in names])[chosen],
        np.array([_DOORS[name][2] for name in names])[chosen],
    )
