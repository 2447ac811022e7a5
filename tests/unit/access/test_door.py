"""Counting attempts, and passwords."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from hypothesis import given
from hypothesis import strategies as st

from gis_api.access import passwords
from gis_api.access.passwords import hash_password, is_password_right, require_good_password
from gis_api.access.throttle import Throttle
from grid_boundaries.errors import InvalidInput


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_attempts_up_to_the_limit_are_allowed_and_then_none_until_the_lock_ends() -> None:
    clock = Clock()
    throttle = Throttle(limit=3, lock_s=60, clock_s=clock)
    assert [throttle.take("a") for _ in range(5)] == [None, None, None, 60, 60]
    assert throttle.take("b") is None
    clock.now_s = 59.5
    assert throttle.take("a") == 1
    clock.now_s = 60
    assert [throttle.take("a") for _ in range(4)] == [None, None, None, 60]


def test_without_a_window_slow_guessing_is_counted_for_ever() -> None:
    clock = Clock()
    throttle = Throttle(limit=3, lock_s=60, clock_s=clock)
    waits = []
    for _ in range(4):
        waits.append(throttle.take("a"))
        clock.now_s += 59
    assert waits[:3] == [None, None, None]
    assert waits[3] == 1


def test_with_a_window_steady_use_is_never_locked() -> None:
    clock = Clock()
    throttle = Throttle(limit=10, lock_s=60, forget_s=60, clock_s=clock)
    for _ in range(500):
        assert throttle.take("a") is None
        clock.now_s += 7


def test_clearing_starts_from_zero() -> None:
    throttle = Throttle(limit=2, lock_s=60)
    throttle.take("a")
    throttle.clear("a")
    assert [throttle.take("a") for _ in range(2)] == [None, None]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100)), max_size=60))
def test_no_key_ever_gets_more_than_the_limit_within_a_lock_time(
    steps: list[tuple[str, float]],
) -> None:
    clock = Clock()
    throttle = Throttle(limit=4, lock_s=50, clock_s=clock)
    allowed: dict[str, list[float]] = {}
    for key, pause_s in steps:
        clock.now_s += pause_s
        if throttle.take(key) is None:
            allowed.setdefault(key, []).append(clock.now_s)
    for times in allowed.values():
        for first, fifth in zip(times, times[4:], strict=False):
            assert fifth - first >= 50


def test_unknown_login_is_compared_with_a_real_hash_of_the_same_cost() -> None:
    real, nobody = hash_password("a long enough phrase"), passwords._NOBODY
    assert real.split("$")[1:4] == nobody.split("$")[1:4]
    assert [len(part) for part in real.split("$")] == [len(part) for part in nobody.split("$")]
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(nobody, "a long enough phrase")
    assert is_password_right(None, "a long enough phrase") is False


def test_only_the_right_password_fits_its_hash() -> None:
    stored = hash_password("正确的口令很长")
    assert is_password_right(stored, "正确的口令很长")
    assert not is_password_right(stored, "正确的口令很长 ")
    assert not is_password_right("not a hash", "正确的口令很长")
    assert hash_password("正确的口令很长") != stored


@pytest.mark.parametrize("good", ["a long enough phrase", "四个不相干的词连成一句", "x1!y2?z3#w4"])
def test_long_new_passwords_are_accepted(good: str) -> None:
    require_good_password("clerk", good)


def test_password_that_holds_the_login_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"password\.too_simple"):
        require_good_password("clerk", "my name is Clerk 7")
