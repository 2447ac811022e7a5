"""Numbers that others have printed for data that everybody has."""

from __future__ import annotations

import numpy as np
import pytest

from layers.risk.empirical_bayes import shrink_rates
from layers.risk.knox import find_knox
from layers.risk.local import (
    as_rows,
    find_general_g,
    find_local_g,
    find_moran,
    plan_distance_weights,
)
from tests.unit.risk.libpysal_data import read_dbf, read_gal
from tests.unit.risk.maps import as_weights, rook_edges

SIX = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
SIX_Y = np.array([2, 3, 3.2, 5, 8, 7])
CLOSE = {"abs": 1e-6}


def test_knox_of_burkitts_lymphoma_in_uganda() -> None:
    cases = read_dbf("burkitt/burkitt.dbf")
    assert len(cases) == 188
    found = find_knox(cases["X"], cases["Y"], cases["T"], 20, 5, seed=1, maps=99)
    assert found.close_in_both == 13
    assert found.table.tolist() == [[13, 3416], [39, 14110]]
    assert found.poisson_p == pytest.approx(0.14624558197140414, **CLOSE)


def test_moran_of_homicide_around_st_louis() -> None:
    weights = as_rows(read_gal("stl/stl.gal"))
    found = find_moran(read_dbf("stl/stl_hom.dbf")["HR8893"], weights)
    assert found.value == pytest.approx(0.24365582621771659, **CLOSE)


def test_moran_of_sudden_infant_death_in_north_carolina() -> None:
    weights = as_rows(read_gal("sids2/sids2.gal"))
    found = find_moran(read_dbf("sids2/sids2.dbf")["SIDR74"], weights)
    assert found.value == pytest.approx(0.24772519320480135, **CLOSE)


def test_empirical_bayes_of_sudden_infant_death() -> None:
    counties = read_dbf("sids2/sids2.dbf")
    rates = shrink_rates(counties["SID74"], counties["BIR74"]).rate
    published = [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349]
    assert rates[:5] == pytest.approx(published, abs=1e-5)


def test_getis_g_of_six_points() -> None:
    weights = plan_distance_weights(SIX[:, 0], SIX[:, 1], 15.0)
    assert find_general_g(SIX_Y, weights) == pytest.approx(0.55709779, **CLOSE)


def test_local_g_of_six_points() -> None:
    weights = plan_distance_weights(SIX[:, 0], SIX[:, 1], 15.0)
    assert find_local_g(SIX_Y, weights)[0] == pytest.approx(-1.0136729, **CLOSE)
    rows = find_local_g(SIX_Y, as_rows(weights), squares_as_weights=True)
    assert rows[0] == pytest.approx(-0.62074534, **CLOSE)
    starred = find_local_g(SIX_Y, weights, with_own=True)
    assert starred[0] == pytest.approx(-1.39727626, **CLOSE)


def test_variances_of_moran_on_a_three_by_three_lattice() -> None:
    found = find_moran(np.arange(1, 10), as_weights(rook_edges(9), 9))
    assert found.variance_randomised == pytest.approx(0.0596875, **CLOSE)
    assert found.variance_normal == pytest.approx(0.053125, **CLOSE)


def test_local_g_does_not_change_when_a_row_of_weights_is_rescaled() -> None:
    weights = plan_distance_weights(SIX[:, 0], SIX[:, 1], 15.0)
    assert find_local_g(SIX_Y, as_rows(weights)) == pytest.approx(find_local_g(SIX_Y, weights))
