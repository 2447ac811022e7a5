"""A risk map on paper, as a closed page and as a table: the same content in every form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shapely.geometry import shape

from layers.risk.words import (
    ASSOCIATED,
    CLASS_WORDS,
    ONE_SCALE,
    TOO_SMALL,
    UNIT_WORDS,
    render_cell,
    render_power_of_map,
)
from web_map.sheets.content import Content, Feature, Layer, LegendEntry
from web_map.sheets.drawing import Ink
from web_map.sheets.sheet import Lang, TablePart, TextPart

Row = Mapping[str, Any]
# Rows that leave the second page room for the notes, even with names of two lines.
MOST_ROWS: Final = 12

# A class is a fill and a hatch, so that it is told on a copy without colour too.
INKS: Final[Mapping[str, Ink]] = {
    "clearly_higher": Ink("#5c0f0a", 0.5, fill="#d9534a", hatch="cross"),
    "probably_higher": Ink("#8a3b00", 0.3, fill="#f6c9a0", hatch="upright"),
    "cannot_tell": Ink("#2e3f8f", 0.25, fill="#e8ebf5", hatch="rise"),
    "no_sign": Ink("#6b7074", 0.2, fill="#ffffff"),
    "no_denominator": Ink("#6b7074", 0.2, fill="#ffffff", hatch="flat"),
    "too_small": Ink("#9aa0a6", 0.2, fill="#d9dcdf"),
}
_SCALES: Final = {
    "base": {"zh": "基础网格", "en": "base grids"},
    "micro": {"zh": "微网格", "en": "micro grids"},
    "h3": {"zh": "六边形", "en": "hexagons"},
}
_HEADINGS: Final = {
    "zh": ("网格", "说法", "件数", "应有", "倍数区间（90 %）", "提醒"),
    "en": ("Cell", "Class", "Cases", "Expected", "Range (90 %)", "Mind"),
}
_EDGE: Final = {"zh": "在边上", "en": "at the edge"}
_TO_READ: Final = {"zh": "看图须知", "en": "To be read with the map"}
_UNDER_FIVE: Final = {"zh": "少于 5", "en": "under 5"}


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Title, notes, headings and rows for a workbook or a page."""

    title: str
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def make_content(found: Row, lang: Lang = "zh") -> Content:
    """One map as ``read_map`` answers it: map, legend, counts, power, bias, table."""
    figures, run = found["figures"], found["run"]
    cells = {cell["code"]: cell for cell in found["cells"]}
    features = [
        Feature(
            shape(one["shape"]), INKS[_word(cells[one["code"]])],
            rows=_told(cells[one["code"]], figures, lang),
        )
        for one in found["shapes"]
        if one["code"] in cells
    ]  # fmt: skip
    table = list_rows(found, lang)
    return Content(
        title=_title(found, lang),
        layers=[Layer(_SCALES[_scale(found)][lang], features)],
        parts=[
            TablePart(_HEADINGS[lang], table[:MOST_ROWS], new_page=True,
                      shares=(5, 5, 2, 2, 3, 6), title=_top(len(table), lang)),
            TextPart((*tell_notes(found, lang), _one_line(_made_from(run, lang), lang)),
                     title=_TO_READ[lang]),
        ],
        source=run["code_version"],
        data_on=date.fromisoformat(run["as_of"]),
        legend=[LegendEntry(_name(word, lang), ink) for word, ink in INKS.items()],
        banner=_banner(run, lang),
        subtitle=_as_of(found, lang),
        lang=lang,
    )  # fmt: skip


def make_table(found: Row, lang: Lang = "zh") -> RiskTable:
    """All cells of a map as a table, highest counts first."""
    notes = (_as_of(found, lang), *tell_notes(found, lang), *_banner(found["run"], lang),
             *(f"{name}：{value}" for name, value in _made_from(found["run"], lang)))  # fmt: skip
    return RiskTable(_title(found, lang), notes, _HEADINGS[lang], tuple(list_rows(found, lang)))


def list_rows(found: Row, lang: Lang) -> list[tuple[object, ...]]:
    """A row a cell: red first, then by count; what may not be shown is not there."""
    order = {word: number for number, word in enumerate(INKS)}
    cells = sorted(
        found["cells"],
        key=lambda c: (min(order[_word(c)], 2), -(c["observed"] or 0), c["code"]),
    )
    return [
        (
            cell["name"], _name(_word(cell), lang),
            _UNDER_FIVE[lang] if cell["hidden"] and cell["word"] else cell["observed"],
            _number(cell["expected"]), _range(cell),
            "；".join(word[lang] for word, is_so in
                     ((ONE_SCALE, cell["one_scale"]), (_EDGE, cell["at_edge"])) if is_so),
        )
        for cell in cells
    ]  # fmt: skip


def tell_notes(found: Row, lang: Lang) -> list[str]:
    """What must be read with the map: how many cannot be told, power, budget, counted apart."""
    figures, bias = found["figures"], found["figures"]["bias"]
    budget = found["run"]["figures"]["budget"]
    unknown = sum(_word(cell) == "cannot_tell" for cell in found["cells"])
    apart = (bias["unlocated"], bias["pinned"], bias["future"], figures["outside"])
    told = [_UNDER_FIVE[lang] if n is None else n for n in apart]
    if lang == "zh":
        return [
            f"{len(found['cells'])} 个网格中有 {unknown} 个无法判断：不等于没有问题。",
            render_power_of_map(figures)["zh"],
            f"整页 {budget['maps']} 张图共用一份误差预算：全无问题时出现任何红色的机会"
            f"不超过 {budget['alpha']:.0%}。",
            f"另计、不上图：未定位 {told[0]}，钉在办公点或位置太粗 {told[1]}，"
            f"日期在未来 {told[2]}，不在任何网格 {told[3]}。",
            f"“为什么”只说{ASSOCIATED['zh']}。界线仅供参考。",
        ]
    return [
        f"In {unknown} of {len(found['cells'])} cells one cannot tell: not “nothing there”.",
        render_power_of_map(figures)["en"],
        f"The {budget['maps']} maps of a page share one error budget: with nothing wrong anywhere,"
        f" any red has a chance of at most {budget['alpha']:.0%}.",
        f"Counted apart, on no map: not located {told[0]}, pinned or too vague {told[1]}, dated in"
        f" the future {told[2]}, in no cell {told[3]}.",
        f"“Why” says only: {ASSOCIATED['en']}. Boundaries are indicative.",
    ]


def _told(cell: Row, figures: Row, lang: Lang) -> Sequence[tuple[str, str]]:
    heading = {"zh": "情况", "en": "Told"}[lang]
    return [(cell["name"], _name(_word(cell), lang))] + [
        (heading, sentence[lang]) for sentence in render_cell(cell, figures)
    ]


def _title(found: Row, lang: Lang) -> str:
    group, months = found["figures"]["group"][lang], found["figures"]["months"]
    area = found["run"]["figures"]["area"]["name"] or ""
    scale = _SCALES[_scale(found)][lang]
    if lang == "zh":
        return f"{area}风险地图：{group}（{scale}，近 {months} 个月）"
    return f"{area} risk map: {group} ({scale}, last {months} months)"


def _as_of(found: Row, lang: Lang) -> str:
    figures, day = found["figures"], found["run"]["as_of"]
    unit = UNIT_WORDS[figures["denominator"]][lang]
    if lang == "zh":
        public = "，公开版：少于 5 件不显示" if found["public"] else ""
        return f"截至 {day}；{figures['from_on']} 起登记的事项；分母：{unit}{public}"
    public = "; public: counts under 5 not shown" if found["public"] else ""
    return f"as of {day}; cases registered from {figures['from_on']}; divided by {unit}{public}"


def _made_from(run: Row, lang: Lang) -> list[tuple[str, str]]:
    words = {
        "zh": ("算于", "种子", "版本", "输入指纹"),
        "en": ("made", "seed", "version", "inputs"),
    }
    values = (run["made_at"], run["seed"], run["code_version"], run["inputs_sha256"][:16])
    return [(word, str(value)) for word, value in zip(words[lang], values, strict=True)]


def _one_line(fields: Sequence[tuple[str, str]], lang: Lang) -> str:
    colon, stop = ("：", "；") if lang == "zh" else (": ", "; ")
    return stop.join(f"{name}{colon}{value}" for name, value in fields)


def _banner(run: Row, lang: Lang) -> tuple[str, ...]:
    return (
        ({"zh": "合成数据", "en": "synthetic data"}[lang],) if run["figures"]["synthetic"] else ()
    )


def _top(rows: int, lang: Lang) -> str:
    shown = min(rows, MOST_ROWS)
    if lang == "zh":
        return f"偏高的在前，列 {shown} 行（共 {rows} 行）"
    return f"High ones first, {shown} of {rows} rows"


def _scale(found: Row) -> str:
    return str(found["scale"])


def _word(cell: Row) -> str:
    return str(cell["word"] or "too_small")


def _name(word: str, lang: Lang) -> str:
    if word == "too_small":
        return TOO_SMALL[lang]
    return next(words[lang] for key, words in CLASS_WORDS.items() if key.value == word)


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _range(cell: Row) -> str | None:
    return None if cell["low"] is None else f"{cell['low']:.1f}–{cell['high']:.1f}"
