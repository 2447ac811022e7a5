"""What is told beside a map and colours none of its cells: second opinions, density of reports."""

from __future__ import annotations

import numpy as np
import pytest

from layers.risk.density_picture import draw_density
from layers.risk.second_opinion import METHODS, find_agreement
from tests.unit.risk.maps import rook_edges

EXTENT = (0.0, 0.0, 20_000.0, 15_000.0)


def test_other_methods_confirm_a_planted_block_and_doubt_a_cell_that_is_like_all() -> None:
    observed = np.full(100, 3)
    observed[[44, 45, 54, 55]] = 20
    red = np.zeros(100, dtype=bool)
    red[[44, 45, 0]] = True
    agreed = find_agreement(observed, np.ones(100), rook_edges(100), red, 0.05, seed=1)
    assert agreed is not None
    assert set(agreed[44]) == set(agreed[45]) == set(METHODS)
    assert agreed[0] == []
    # what is not red is not asked about: nothing of the error budget is used
    assert agreed[54] == []


def test_cells_without_units_are_left_out_and_very_many_cells_are_not_asked() -> None:
    observed, units = np.full(25, 4), np.ones(25)
    observed[0], units[0] = 50, 0.0
    red = np.zeros(25, dtype=bool)
    red[0] = True
    assert find_agreement(observed, units, rook_edges(25), red, 0.05, seed=1)[0] == []  # type: ignore[index]
    many = np.zeros(5001, dtype=bool)
    nothing = np.zeros((0, 2), dtype=np.int64)
    assert find_agreement(np.ones(5001), np.ones(5001), nothing, many, 0.05, seed=1) is None


def test_one_report_far_from_all_others_cannot_be_seen_in_the_density() -> None:
    lot = np.random.default_rng(1)
    x, y = lot.normal(5_000, 700, 110), lot.normal(5_000, 700, 110)
    for corner in ((19_900.0, 14_900.0), (100.0, 14_900.0), (19_900.0, 100.0)):
        found = draw_density([*x, corner[0]], [*y, corner[1]], EXTENT)
        assert found is not None
        row = int(corner[1] / 15_000 * len(found.rows)) - 1
        column = int(corner[0] / 20_000 * len(found.rows[0])) - 1
        around = [
            word[max(0, column - 2) : column + 3] for word in found.rows[max(0, row - 2) :][:5]
        ]
        assert set("".join(around)) == {"0"}
        assert max("".join(found.rows)) == "4"


@pytest.mark.parametrize(("reports", "is_drawn"), [(0, False), (19, False), (20, True)])
def test_a_density_of_few_reports_is_not_drawn(reports: int, is_drawn: bool) -> None:
    lot = np.random.default_rng(2)
    found = draw_density(lot.uniform(0, 20_000, reports), lot.uniform(0, 15_000, reports), EXTENT)
    assert (found is not None) is is_drawn


def test_a_league_of_reports_fits_a_small_picture() -> None:
    lot = np.random.default_rng(3)
    extent = (0.0, 0.0, 900_000.0, 500_000.0)
    found = draw_density(lot.uniform(0, 9e5, 4600), lot.uniform(0, 5e5, 4600), extent)
    assert found is not None
    assert max(len(found.rows), len(found.rows[0])) <= 161
    assert found.extent_m[2] >= extent[2]
