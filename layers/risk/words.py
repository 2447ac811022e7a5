"""Plain sentences, zh and en, for numbers of this room: counts first, power and chance in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from layers.risk.classes import RiskClass
from layers.risk.emerging import Trend

Sentence = Mapping[str, str]

CLASS_WORDS: Final[Mapping[RiskClass, Sentence]] = {
    RiskClass.CLEARLY_HIGHER: {
        "zh": "明显高于户数所能解释",
        "en": "clearly higher than its households explain",
    },
    RiskClass.PROBABLY_HIGHER: {"zh": "可能偏高", "en": "probably higher"},
    RiskClass.CANNOT_TELL: {
        "zh": "无法判断：事项太少",
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
# By how many of the two other methods find the cell too high.
AGREED: Final[tuple[Sentence, Sentence, Sentence]] = (
    {
        "zh": "换 Getis–Ord 和 Moran 两种算法都看不出：当心。",
        "en": "Neither Getis–Ord nor Moran sees it: be careful.",
    },
    {
        "zh": "换 Getis–Ord 和 Moran 两种算法，一种也这样说，一种看不出。",
        "en": "Of Getis–Ord and Moran, one says the same and one does not see it.",
    },
    {
        "zh": "换 Getis–Ord 和 Moran 两种算法，也都这样说。",
        "en": "Getis–Ord and Moran say the same.",
    },
)


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


TOO_SMALL: Final[Sentence] = {"zh": "不足 20 户，不显示", "en": "under 20 households: not shown"}
UNIT_WORDS: Final[Mapping[str | None, Sentence]] = {
    "households": {"zh": "户数", "en": "households"},
    "parcels": {"zh": "地块数", "en": "parcels"},
    "haul_road_km": {"zh": "运煤道路公里数", "en": "km of haul road"},
    "area_km2": {"zh": "面积（平方公里）", "en": "area in km²"},
    None: {"zh": "无（只计数）", "en": "nothing (counted only)"},
}


def render_cell(cell: Mapping[str, Any], figures: Mapping[str, Any]) -> list[Sentence]:
    """What is said of one cell as it may be shown, counts first."""
    if cell["word"] is None:
        return [TOO_SMALL]
    if cell["hidden"]:
        return [{"zh": "公开版不显示少于 5 件的数。", "en": "Counts under 5 are not shown."}]
    months, n = figures["months"], cell["observed"]
    if cell["low"] is None:
        return [{"zh": f"{months} 个月内 {n} 件。", "en": f"{n} cases in {months} months."}]
    told: list[Sentence] = []
    if figures["denominator"] == "households":
        counts = render_counts(
            n, cell["expected"], round(cell["units"]), months, cell["low"], cell["high"]
        )
        told.append(counts)
    else:
        unit = UNIT_WORDS[figures["denominator"]]
        told.append(
            {
                "zh": f"{months} 个月内 {n} 件；按{unit['zh']} {cell['units']:g} 推算应有"
                f" {cell['expected']:.1f} 件；约为全域平均的 {cell['low']:.1f}–{cell['high']:.1f}"
                " 倍。",
                "en": f"{n} cases in {months} months; {cell['expected']:.1f} expected for"
                f" {cell['units']:g} {unit['en']}; plausibly {cell['low']:.1f}–{cell['high']:.1f}"
                " times the average.",
            }
        )
    agreed = cell.get("agreed")
    if cell["word"] == RiskClass.CLEARLY_HIGHER.value and agreed is not None:
        told.append(AGREED[len(agreed)])
    return told + [ONE_SCALE] * bool(cell["one_scale"])


def render_power_of_map(figures: Mapping[str, Any]) -> Sentence:
    """Power of a whole map in words; nothing can be noticed where too few cases are."""
    if figures["noticed"] is None:
        return {"zh": "事项太少，什么都发现不了。", "en": "Too few cases to notice anything."}
    zh_times, en_times = _times(figures["noticed"])
    months = figures["months"]
    n = figures["cases"]
    return {
        "zh": f"{months} 个月 {n if n is not None else '少于 5'} 件时，4 个相邻网格升到 2 倍，"
        f"{zh_times}会被发现。",
        "en": f"With {n if n is not None else 'under 5'} cases in {months} months, a doubling in 4"
        f" adjacent grids would be noticed {en_times}.",
    }
