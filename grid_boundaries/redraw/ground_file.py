"""Atoms as bytes: kept under the hash of what they were made from, made once."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.redraw.atoms import Atoms
from grid_boundaries.redraw.barriers import Barriers
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.draft import Ground
from grid_boundaries.redraw.graph import AtomGraph, make_graph

Ints = npt.NDArray[np.int64]

FORMAT: Final = 3
"""Goes up with every change of how atoms are made."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredGround:
    """The ground of one parent: atoms, and what each holds.

    ``unit_ids`` (m,) are the households (or cells of the level below) it was made from, ``atom_of``
    (m,) the atom of each; ``parent`` is the outline in EPSG:4490.
    """

    ground: Ground
    parent: BaseGeometry
    unit_ids: Ints
    atom_of: Ints


def make_ground(
    parent: BaseGeometry, atoms: Atoms, unit_ids: Ints, barriers: Barriers | None = None
) -> StoredGround:
    """Atoms with their neighbours."""
    graph = make_graph(atoms.weights, find_borders(atoms.geoms, barriers), atoms.centres_m)
    return StoredGround(Ground(atoms.geoms, atoms.sites, graph), parent, unit_ids, atoms.atom_of)


def hash_inputs(kind: str, parent: BaseGeometry, parts: Iterable[bytes]) -> bytes:
    """SHA-256 of all that atoms depend on; the same inputs are the same ground."""
    digest = hashlib.sha256(f"{FORMAT} {kind} {shapely.geos_version_string}".encode())
    for part in (shapely.to_wkb(parent), *parts):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def write_ground(stored: StoredGround) -> bytes:
    """The ground as a compressed npz; ``read_ground`` gives it back to the last bit."""
    graph = stored.ground.graph
    wkb = [shapely.to_wkb(geom) for geom in (*stored.ground.geoms, stored.parent)]
    file = io.BytesIO()
    np.savez_compressed(
        file,
        wkb=np.frombuffer(b"".join(wkb), np.uint8),
        wkb_ends=np.cumsum([len(one) for one in wkb]),
        sites=stored.ground.sites,
        weights=np.array(graph.weights, np.int64),
        near_ends=np.cumsum([len(row) for row in graph.near]).astype(np.int64),
        near=np.array([b for row in graph.near for b, _ in row], np.int64),
        length_m=np.array([m for row in graph.near for _, m in row], np.float64),
        unit_ids=stored.unit_ids,
        atom_of=stored.atom_of,
    )
    return file.getvalue()


def read_ground(content: bytes) -> StoredGround:
    """What ``write_ground`` was given."""
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        raw, ends = held["wkb"].tobytes(), held["wkb_ends"].tolist()
        geoms = shapely.from_wkb(
            np.array([raw[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)], dtype=object)
        )
        pairs = list(zip(held["near"].tolist(), held["length_m"].tolist(), strict=True))
        stops = held["near_ends"].tolist()
        near = [pairs[a:b] for a, b in zip([0, *stops[:-1]], stops, strict=True)]
        graph = AtomGraph(held["weights"].tolist(), near)
        ground = Ground(geoms[:-1], held["sites"], graph)
        return StoredGround(ground, geoms[-1], held["unit_ids"], held["atom_of"])
