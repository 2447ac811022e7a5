"""Plain sentences, zh and en, for numbers of this room: counts first, power and chance in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from layers.risk.classes import RiskClass
from layers.risk.emerging import Trend

Sentence = Mapping[str, str]

CLASS_WORDS: Final[Mapping[RiskClass, Sentence]] = {
    RiskClass.CLEARLY_HIGHER: {
        "zh": "明显高于户数所能解释的水平",
        "en": "clearly higher than its households explain",
    },
    RiskClass.PROBABLY_HIGHER: {"zh": "可能偏高", "en": "probably higher"},
    RiskClass.CANNOT_TELL: {
        "zh": "无法判断：案件太少",
        "en": "cannot tell: too few cases",
    },
    RiskClass.NO_SIGN: {"zh": "没有偏高迹象", "en": "no sign of excess"},
    RiskClass.NO_DENOMINATOR: {
        "zh": "没有住户（或无分母），只计数",
        "en": "no households (or no denominator): counted only",
    },
}
TREND_WORDS: Final[Mapping[Trend, Sentence]] = {
    Trend.TOO_SHORT: {"zh": "不足八个季度，不谈趋势", "en": "under eight quarters: no trend said"},
    Trend.NO_SIGN: {"zh": "无", "en": "none"},
    Trend.EMERGING: {"zh": "新出现并上升", "en": "emerging"},
    Trend.PERSISTING: {"zh": "持续偏高", "en": "persisting"},
    Trend.EASING: {"zh": "回落", "en": "easing"},
    Trend.SPORADIC: {"zh": "时有偏高", "en": "now and then"},
}
ASSOCIATED: Final[Sentence] = {
    "zh": "与…相关（不等于由其引起）",
    "en": "associated with (not: caused by)",
}
ONE_SCALE: Final[Sentence] = {
    "zh": "仅在此一种尺度下成立",
    "en": "seen at this one scale only",
}


def render_counts(
    observed: int, expected: float, households: int, months: int, low: float, high: float
) -> Sentence:
    """Counts first, then the plausible range of the ratio."""
    return {
        "zh": (
            f"{months} 个月内 {observed} 件；按 {households} 户推算应有 {expected:.1f} 件；"
            f"约为全域平均的 {low:.1f}–{high:.1f} 倍。"
        ),
        "en": (
            f"{observed} disputes in {months} months; {expected:.1f} expected for {households} "
            f"households; plausibly {low:.1f}–{high:.1f} times the average."
        ),
    }


def render_power(cases: int, factor: float, cells: int, noticed: float) -> Sentence:
    """Chance of noticing as "about 1 time in k", or in ten where it is more than half."""
    zh_times, en_times = _times(noticed)
    return {
        "zh": f"每年 {cases} 件时，{cells} 个网格升到 {factor:g} 倍，{zh_times}会被发现。",
        "en": (
            f"With {cases} cases a year, {factor:g} times the rate in {cells} grids would be "
            f"noticed {en_times}."
        ),
    }


def render_recurrence(periods: float, months_per_period: int = 1) -> Sentence:
    """Recurrence interval: months under two years, else years."""
    months = periods * months_per_period
    if months < 24:
        return {
            "zh": f"单凭偶然大约每 {months:.0f} 个月出现一次",
            "en": f"by chance about once in {months:.0f} months",
        }
    years = min(months / 12, 100.0)
    more = months / 12 > 100
    return {
        "zh": f"单凭偶然{'不到' if more else '大约'}每 {years:.0f} 年出现一次",
        "en": f"by chance {'less than' if more else 'about'} once in {years:.0f} years",
    }


def _times(share: float) -> tuple[str, str]:
    if share < 0.01:
        return "几乎不", "hardly ever"
    if share > 0.98:
        return "几乎每次", "nearly every time"
    if share > 0.5:
        tenths = round(share * 10)
        return f"10 次中约 {tenths} 次", f"about {tenths} times in 10"
    every = round(1 / share)
    return f"{every} 次中约 1 次", f"about 1 time in {every}"
