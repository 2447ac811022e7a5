"""The Poisson scan equals a brute-force one and is honest about chance."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from layers.risk.monte_carlo import draw_chance_maps, find_p_value, find_tail_p_value
from layers.risk.scan import draw_maxima, scan
from layers.risk.zone_search import CaseBar, Window, find_log_ratio, find_maxima
from layers.risk.zones import list_zone_sizes, plan_zones
from tests.unit.risk.maps import lattice


def _plain_ratio(n: int, mu: float, total: int) -> float:
    if n <= mu:
        return 0.0
    rest = total - n
    return n * math.log(n / mu) + (rest * math.log(rest / (total - mu)) if rest else 0.0)


def _brute_force(x, y, observed, expected, cap, min_cases=2):
    """The best ratio over every circle of every centre, in plain Python."""
    total, best = int(sum(observed)), 0.0
    mean_total = float(sum(expected))
    for centre in range(len(x)):
        away = [((x[j] - x[centre]) ** 2 + (y[j] - y[centre]) ** 2, j) for j in range(len(x))]
        away = sorted((round(d, 3), j) for d, j in away)
        n, weight = 0, 0.0
        for rank, (_, j) in enumerate(away):
            weight += expected[j]
            if rank and weight > cap * mean_total * (1 + 1e-9):
                break
            n += int(observed[j])
            if n >= min_cases:
                best = max(best, _plain_ratio(n, weight / mean_total * total, total))
    return best


@pytest.mark.parametrize("chunk", range(10))
def test_brute_force_scan_equals_ours_on_two_hundred_small_maps(chunk: int) -> None:
    rng = np.random.default_rng(9_000 + chunk)
    for _ in range(20):
        cells = int(rng.integers(2, 90))
        x, y = lattice(cells, jitter=rng.choice([0.0, 0.4]), seed=int(rng.integers(1 << 30)))
        expected = rng.gamma(1.5, 2.0, cells) + 0.01 if rng.random() < 0.7 else np.ones(cells)
        observed = rng.multinomial(int(rng.integers(2, 200)), rng.dirichlet(np.ones(cells)))
        cap = float(rng.choice([0.1, 0.25, 0.5]))
        best = _brute_force(x, y, observed, expected, cap)
        found = scan(x, y, observed, expected, seed=1, maps=9, cap=cap)
        assert (found.clusters[0].log_ratio if found.clusters else 0.0) == pytest.approx(best)
        if found.clusters:
            top = found.clusters[0]
            assert top.observed == observed[top.cells].sum()
            assert _plain_ratio(
                top.observed, expected[top.cells].sum() / expected.sum() * observed.sum(),
                int(observed.sum()),
            ) == pytest.approx(best)  # fmt: skip


@pytest.mark.parametrize(("n", "ratio"), [(10, 14.060436), (2, 0.386720)])
def test_likelihood_term_is_the_one_of_satscan(n: int, ratio: float) -> None:
    assert float(find_log_ratio(n, 1.0, 1175)) == pytest.approx(ratio, rel=1e-5)


def test_maxima_of_many_maps_equal_those_of_each_map_alone() -> None:
    x, y = lattice(700, jitter=0.3)
    expected = np.random.default_rng(1).gamma(2.0, 1.0, 700)
    zones = plan_zones(x, y, expected / expected.sum() * 900)
    maps = draw_chance_maps(expected, 900, 600, np.random.default_rng(2))
    together = find_maxima(zones, [Window(maps)], 900)
    for column in range(0, 600, 60):
        alone = scan(x, y, maps[:, column], expected, seed=0, maps=1)
        top = alone.clusters[0].log_ratio if alone.clusters else 0.0
        assert together[column] == pytest.approx(top)


def test_planted_cluster_is_found_and_its_cells_are_right() -> None:
    x, y = lattice(400)
    expected = np.full(400, 2.0)
    observed = np.random.default_rng(3).poisson(2.0, 400)
    hot = [105, 104, 106, 85, 125]
    observed[hot] += 8
    top = scan(x, y, observed, expected, seed=5).clusters[0]
    assert set(hot) <= set(top.cells.tolist())
    assert len(top.cells) <= 9
    assert top.p_value == 0.001
    assert top.tail_p_value < 0.001
    assert top.relative_risk > 2


def test_clusters_share_no_cell_and_come_by_ratio() -> None:
    x, y = lattice(400)
    observed = np.random.default_rng(3).poisson(1.0, 400)
    observed[[0, 1, 20]] += 9
    observed[[390, 391]] += 9
    found = scan(x, y, observed, np.ones(400), seed=5).clusters
    cells = [cell for cluster in found for cell in cluster.cells.tolist()]
    assert len(cells) == len(set(cells))
    ratios = [cluster.log_ratio for cluster in found]
    assert ratios == sorted(ratios, reverse=True)
    assert len([c for c in found if c.p_value <= 0.05]) == 2


def test_zone_never_exceeds_the_cap_unless_it_is_one_cell() -> None:
    rng = np.random.default_rng(4)
    x, y = lattice(150, jitter=0.4)
    expected = rng.gamma(0.5, 4.0, 150) + 1e-3
    zones = plan_zones(x, y, expected)
    seen = 0
    for block in zones.iter_blocks():
        for row, length in enumerate(block.length):
            seen += 1
            held = expected[block.order[row, :length]].sum()
            assert length == 1 or held <= 0.1 * expected.sum() * (1 + 1e-9)
            order = zones.list_members(int(block.centre[row]), int(length))
            assert order.tolist() == block.order[row, :length].tolist()
    assert seen == 150


def test_neighbour_blocks_miss_no_nearer_cell() -> None:
    rng = np.random.default_rng(8)
    x, y = rng.normal(0, 5e4, 1500), rng.normal(0, 2e4, 1500)
    zones = plan_zones(x, y, rng.gamma(0.4, 3.0, 1500) + 1e-4)
    for block in zones.iter_blocks():
        for row in range(0, len(block.centre), 37):
            true = zones.list_members(int(block.centre[row]), int(block.length[row]))
            assert block.order[row, : block.length[row]].tolist() == true.tolist()


def test_zone_sizes_are_all_to_24_and_end_at_the_longest() -> None:
    assert list_zone_sizes(24) == tuple(range(1, 25))
    sizes = list_zone_sizes(2100)
    assert sizes[-1] == 2100
    assert max(b / a for a, b in itertools.pairwise(sizes[24:])) < 1.09
    assert list(sizes) == sorted(set(sizes))


def test_same_seed_same_answer_and_other_seed_other_maps() -> None:
    x, y = lattice(100)
    observed = np.random.default_rng(1).poisson(1, 100)
    first, again = (scan(x, y, observed, np.ones(100), seed=7) for _ in range(2))
    assert first.maxima.tolist() == again.maxima.tolist()
    assert first.clusters[0].p_value == again.clusters[0].p_value
    assert scan(x, y, observed, np.ones(100), seed=8).maxima.tolist() != first.maxima.tolist()
    assert first.provenance.seed == 7


def test_reference_drawn_apart_gives_the_same_p_value_within_chance() -> None:
    x, y = lattice(100)
    observed = np.random.default_rng(11).poisson(1.1, 100)
    expected = np.full(100, observed.sum() / 100)
    reference = draw_maxima(plan_zones(x, y, expected), int(observed.sum()), 1999, seed=99)
    own = scan(x, y, observed, expected, seed=1, maps=1999).clusters[0].p_value
    shared = scan(x, y, observed, expected, seed=1, reference=reference).clusters[0].p_value
    assert abs(own - shared) < 0.06


@pytest.mark.parametrize("observed", [[0] * 9, [1] + [0] * 8])
def test_no_case_or_one_case_gives_no_cluster(observed: list[int]) -> None:
    x, y = lattice(9)
    assert scan(x, y, observed, np.ones(9), seed=1).clusters == ()


def test_one_household_cell_with_every_case_is_not_an_error() -> None:
    x, y = lattice(9)
    observed = np.zeros(9, dtype=int)
    observed[4] = 40_000
    top = scan(x, y, observed, np.ones(9), seed=1, maps=99).clusters[0]
    assert top.cells.tolist() == [4]
    assert top.relative_risk == float("inf")
    assert top.p_value == 0.01


def test_all_centroids_at_one_point_are_scanned_without_error() -> None:
    found = scan(np.zeros(30), np.zeros(30), np.ones(30, dtype=int), np.ones(30), seed=1, maps=99)
    assert all(cluster.p_value > 0.05 for cluster in found.clusters)


def test_case_in_a_cell_without_denominator_is_refused() -> None:
    x, y = lattice(4)
    with pytest.raises(InvalidInput) as caught:
        scan(x, y, [1, 1, 1, 1], [1, 1, 1, 0], seed=1)
    assert caught.value.code == "risk.case_without_denominator"


def test_cells_without_denominator_take_no_part() -> None:
    x, y = lattice(100)
    observed = np.random.default_rng(1).poisson(1, 100)
    observed[50], expected = 0, np.ones(100)
    expected[50] = 0
    found = scan(x, y, observed, expected, seed=1)
    assert all(50 not in cluster.cells for cluster in found.clusters)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 60), st.integers(2, 80), st.floats(0.1, 1e4), st.integers(0, 1 << 30))
def test_scale_of_expected_and_of_metres_changes_nothing(
    cells: int, total: int, factor: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x, y = lattice(cells, jitter=0.3, seed=seed)
    expected = rng.gamma(2.0, 1.0, cells) + 0.01
    observed = rng.multinomial(total, np.full(cells, 1 / cells))
    plain = scan(x, y, observed, expected, seed=1, maps=19)
    scaled = scan(x * factor + 5e5, y * factor, observed, expected * factor, seed=1, maps=19)
    assert [c.log_ratio for c in plain.clusters] == pytest.approx(
        [c.log_ratio for c in scaled.clusters]
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5000), st.floats(0, 20), st.floats(1e-3, 0.6))
def test_fewest_cases_that_reach_a_ratio_are_exact(total: int, height: float, share: float) -> None:
    expected = np.array([share * total, share * total / 3])
    bar = CaseBar(total, 2, float(expected.max()))
    bar.raise_to(height)
    every = np.arange(total + 1)
    for mu, asked in zip(expected, bar.asked(expected), strict=True):
        reached = every[(every > mu) & (every >= 2) & (find_log_ratio(every, mu, total) >= height)]
        first = int(reached[0]) if len(reached) else total + 1
        assert asked in (first, first - 1)


def test_office_full_of_reports_is_scanned_in_reasonable_work() -> None:
    x, y = lattice(400)
    observed = np.full(400, 50)
    observed[200] += 160_000
    top = scan(x, y, observed, np.ones(400), seed=1, maps=99).clusters[0]
    assert top.cells.tolist() == [200]
    assert top.observed == 160_050


def test_p_value_counts_ties_against_the_finding() -> None:
    assert find_p_value(3.0, np.array([3.0, 3.0, 1.0])) == 0.75


def test_gumbel_tail_is_near_the_true_tail() -> None:
    maxima = np.random.default_rng(1).gumbel(8.0, 1.3, 999)
    value = 8.0 + 1.3 * 11.0
    assert find_p_value(value, maxima) == 0.001
    assert math.exp(-11) / 4 < find_tail_p_value(value, maxima) < math.exp(-11) * 4
    assert find_tail_p_value(float(np.median(maxima)), maxima) == pytest.approx(0.5, abs=0.01)
