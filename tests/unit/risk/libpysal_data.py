"""Example data of libpysal, read from its installed files without a network or an import of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
from scipy import sparse


def _example(name: str) -> Path:
    spec = importlib.util.find_spec("libpysal")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "examples" / name


def read_dbf(name: str) -> pd.DataFrame:
    """The columns of one bundled table, in file order."""
    return pyogrio.read_dataframe(_example(name), read_geometry=False)


def read_gal(name: str) -> sparse.csr_array:
    """0/1 weights of a GAL file, rows in the order of its records."""
    words = _example(name).read_text().split("\n")
    records = [line.split() for line in words[1:] if line.strip()]
    ids = [record[0] for record in records[0::2]]
    place = {one: row for row, one in enumerate(ids)}
    pairs = [
        (place[record[0]], place[other])
        for record, line in zip(records[0::2], records[1::2], strict=True)
        for other in line
    ]
    row, column = np.array(pairs).T
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(ids), len(ids)))
