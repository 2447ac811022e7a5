"""Local statistics that keep false alarms at the stated rate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from grid_boundaries.errors import InvalidInput
from layers.risk.local import find_moran, scan_getis_ord, scan_local_moran
from tests.unit.risk.maps import as_weights, rook_edges

WEIGHTS = as_weights(rook_edges(64), 64)


@pytest.mark.parametrize("scan_local", [scan_getis_ord, scan_local_moran])
def test_null_maps_rarely_show_any_cell(scan_local) -> None:
    rng = np.random.default_rng(5)
    units = rng.gamma(0.7, 30.0, 64) + 0.5
    alarms = 0
    for number in range(150):
        observed = rng.multinomial(64, units / units.sum())
        found = scan_local(observed, units, WEIGHTS, seed=number, maps=199)
        alarms += bool((found.p_value <= 0.05).any())
    assert alarms / 150 <= 0.10


@pytest.mark.parametrize("scan_local", [scan_getis_ord, scan_local_moran])
def test_planted_block_is_found_where_it_lies(scan_local) -> None:
    observed = np.ones(64, dtype=int)
    hot = [18, 19, 26, 27]
    observed[hot] = 9
    found = scan_local(observed, np.ones(64), WEIGHTS, seed=1)
    assert (found.p_value[hot] <= 0.01).all()
    assert (found.p_value[56:] > 0.5).all()


def test_cells_without_households_get_no_score() -> None:
    units = np.ones(64)
    units[3] = 0
    observed = np.ones(64, dtype=int)
    observed[3] = 0
    found = scan_getis_ord(observed, units, WEIGHTS, seed=1, maps=49)
    assert np.isnan(found.score[3])
    assert np.isfinite(found.score[np.arange(64) != 3]).all()


def test_no_case_at_all_gives_no_score() -> None:
    assert np.isnan(scan_getis_ord(np.zeros(64, int), np.ones(64), WEIGHTS, seed=1).score).all()


def test_flat_values_have_no_moran() -> None:
    with pytest.raises(InvalidInput):
        find_moran(np.ones(64), WEIGHTS)


def test_lone_cells_do_no_harm() -> None:
    lonely = sparse.csr_array((64, 64))
    observed = np.ones(64, dtype=int)
    assert np.isfinite(scan_getis_ord(observed, np.ones(64), lonely, seed=1, maps=49).score).all()
