"""A bucket lets a burst through and then the declared rate, for each account and class alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_api.access.errors import TooManyAttempts
from gis_api.access.permissions import read_permissions
from gis_api.access.rate_limit import (
    ALLOWANCES,
    HEAVY,
    Allowance,
    RateLimits,
    RouteClass,
    classify,
)


class Clock:
    """Seconds that pass when told to."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def limits(clock: Clock, per_s: float, burst: int, factor: float = 1.0) -> RateLimits:
    table = {RouteClass.READ: Allowance(per_s, burst), RouteClass.WRITE: Allowance(1.0, 1)}
    return RateLimits(factor, table, clock)


def is_let_in(bucket: RateLimits, key: int = 1, of: RouteClass = RouteClass.READ) -> bool:
    try:
        bucket.take(key, of)
    except TooManyAttempts:
        return False
    return True


def test_burst_then_one_for_each_interval() -> None:
    clock = Clock()
    bucket = limits(clock, per_s=2.0, burst=3)
    assert [is_let_in(bucket) for _ in range(5)] == [True, True, True, False, False]
    clock.now_s += 0.5
    assert [is_let_in(bucket) for _ in range(2)] == [True, False]
    clock.now_s += 100
    assert [is_let_in(bucket) for _ in range(4)] == [True, True, True, False]


def test_refusal_tells_whole_seconds_after_which_it_works() -> None:
    clock = Clock()
    bucket = limits(clock, per_s=0.4, burst=1)
    bucket.take(1, RouteClass.READ)
    with pytest.raises(TooManyAttempts, match=r"rate\.too_many") as refused:
        bucket.take(1, RouteClass.READ)
    assert refused.value.params["retry_after_s"] == 3
    clock.now_s += 3
    assert is_let_in(bucket)


def test_accounts_and_classes_do_not_share_a_bucket() -> None:
    bucket = limits(Clock(), per_s=1.0, burst=1)
    assert is_let_in(bucket, 1)
    assert not is_let_in(bucket, 1)
    assert is_let_in(bucket, 2)
    assert is_let_in(bucket, -1)
    assert is_let_in(bucket, 1, RouteClass.WRITE)


def test_factor_zero_limits_nobody() -> None:
    bucket = limits(Clock(), per_s=1.0, burst=1, factor=0.0)
    assert all(is_let_in(bucket) for _ in range(1000))


@given(
    gaps=st.lists(st.integers(0, 4), min_size=1, max_size=200),
    per_s=st.sampled_from((0.5, 1.0, 2.0)),
    burst=st.integers(1, 5),
)
def test_bucket_equals_the_textbook_one_that_is_refilled(
    gaps: list[int], per_s: float, burst: int
) -> None:
    """Oracle: a bucket of tokens refilled at the rate, quarters of a second exact in binary."""
    clock = Clock()
    bucket = limits(clock, per_s, burst)
    tokens = float(burst)
    for gap in gaps:
        clock.now_s += gap / 4
        tokens = min(float(burst), tokens + per_s * gap / 4)
        expected = tokens >= 1
        tokens -= expected
        assert is_let_in(bucket) == expected


def test_memory_is_given_back_once_accounts_rest() -> None:
    clock = Clock()
    bucket = limits(clock, per_s=1.0, burst=2)
    for key in range(20_000):
        bucket.take(key, RouteClass.READ)
    clock.now_s += 10
    bucket.take(99_999, RouteClass.READ)
    assert len(bucket._buckets[RouteClass.READ].full_at_s) == 1


def test_every_class_has_an_allowance_and_heavy_work_is_in_the_permission_table() -> None:
    assert set(ALLOWANCES) == set(RouteClass)
    assert read_permissions().verbs.keys() >= HEAVY


def test_class_follows_the_method_unless_the_work_is_heavy() -> None:
    assert classify("GET", "case", "list") is RouteClass.READ
    assert classify("POST", "case", "file") is RouteClass.WRITE
    assert classify("GET", "audit", "export") is RouteClass.HEAVY
