"""Hotline (12345) requests: many, badly placed, on office pins or nowhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .case_words import KINDS, TEXTS
from .cases import CASE_COLUMNS, FIRST_ON, LAST_ON, case_dates
from .places import DemoPlace
from .streams import layer_stream

DEFAULT_REQUESTS = 180_000
_UNLOCATED, _OFFICE_PINNED = 0.10, 0.22
_KIND_SHARES = (0.03, 0.08, 0.03, 0.02, 0.04, 0.04, 0.03, 0.14, 0.08, 0.05, 0.12, 0.34)


def build_hotline(
    place: DemoPlace, households: pd.DataFrame, offices: pd.DataFrame, first_key: int
) -> pd.DataFrame:
    """Rows in the shape of ``cases``: a fifth on the pin of an office, a tenth without a place."""
    rng = layer_stream(place.seed, "hotline")
    count = place.hotline_requests or DEFAULT_REQUESTS
    lot = rng.random(count)
    at = households[["lng", "lat"]].to_numpy()[rng.integers(len(households), size=count)]
    pins = offices[["lng", "lat"]].to_numpy()[rng.integers(len(offices), size=count)]
    nowhere, pinned = lot < _UNLOCATED, lot > 1 - _OFFICE_PINNED
    at = np.where(nowhere[:, None], np.nan, np.where(pinned[:, None], pins, at))
    accuracy = np.where(pinned, 1000.0, rng.choice([50.0, 200.0, 500.0], count))
    kind = rng.choice(np.array(KINDS, dtype=object), count, p=np.array(_KIND_SHARES))
    words = {name: np.array(texts, dtype=object) for name, texts in TEXTS.items()}
    text = np.empty(count, dtype=object)
    for name, choices in words.items():
        mine = np.flatnonzero(kind == name)
        text[mine] = choices[rng.integers(len(choices), size=len(mine))]
    day = np.sort(rng.integers(0, (LAST_ON - FIRST_ON).days + 1, count))
    frame = pd.DataFrame(
        {
            "key": np.arange(count) + first_key,
            "kind": kind,
            "source": "hotline",
            "lng": at[:, 0],
            "lat": at[:, 1],
            "accuracy_m": np.where(nowhere, np.nan, accuracy),
            **case_dates(day, rng),
            "household_key": -1,
            "text_zh": text,
            "urgent": rng.random(count) < 0.01,
            "respondent_kind": rng.choice(["household", "enterprise", "other"], count),
        }
    )
    return frame[CASE_COLUMNS]
