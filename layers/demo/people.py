"""Synthetic Chinese names and telephone numbers from ranges that nobody is given."""

from __future__ import annotations

import numpy as np

from .plane import Objects

_SURNAMES = np.array(
    list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"), object
)
_FIRST = np.array(list("建国志永文玉秀桂海春明德金俊振宏福生万世广新长庆学兴宝玲淑翠"), object)
_SECOND = np.array(["", *"军伟芳敏强平红霞华刚勇明英兰飞涛丽斌梅鹏林云峰花珍荣霖莲河山"], object)


def synthetic_names(rng: np.random.Generator, count: int) -> Objects:
    """Two- and three-character names, object array; frequent surnames come first."""
    weight = 1 / np.arange(2, len(_SURNAMES) + 2)
    surname = _SURNAMES[rng.choice(len(_SURNAMES), count, p=weight / weight.sum())]
    first = _FIRST[rng.integers(len(_FIRST), size=count)]
    return np.asarray(surname + first + _SECOND[rng.integers(len(_SECOND), size=count)])


def duty_phones(count: int) -> list[str]:
    """Distinct numbers 199-0000-0000, 199-0000-0001, …: a block for officers' duty phones."""
    return [f"199-{n // 10_000:04d}-{n % 10_000:04d}" for n in range(count)]


def household_phones(count: int) -> list[str]:
    """Distinct numbers of the block 198-0000-0000 … for households."""
    return [f"198-{n // 10_000:04d}-{n % 10_000:04d}" for n in range(count)]
