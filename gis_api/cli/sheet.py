"""``wangge sheet``: what is printed or handed out, as one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import typer
from rich.console import Console

from gis_api.actions.sheets.case import gather_case
from gis_api.actions.sheets.grid import gather_grid, gather_noticeboard
from gis_api.actions.sheets.hotspots import gather_hotspots
from gis_api.actions.sheets.members import gather_members
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput
from web_map.sheets.content import Content, make_sheet
from web_map.sheets.hand_out import render_hand_out
from web_map.sheets.papers import Paper, get_paper
from web_map.sheets.write_print import write_pdf, write_pngs

app = typer.Typer(help="图件：打印和分发 / Sheets to print or hand out.", no_args_is_help=True)

_FORMS: Final = (".html", ".pdf", ".png", ".txt")
_DAY: Final = ["%Y-%m-%d"]
Out = Annotated[
    Path | None, typer.Option("--out", help="写到 .html .pdf .png（公示牌还可 .txt） / file")
]
PaperName = Annotated[str, typer.Option("--paper", help="A4 | A3")]
Upright = Annotated[bool, typer.Option("--portrait", help="竖放 / upright")]
Scale = Annotated[
    float | None, typer.Option("--scale", help="比例尺分母，不给则自选 / denominator of the scale")
]
Dpi = Annotated[int, typer.Option("--dpi", min=50, max=600, help="图片 / of pictures")]
Language = Annotated[str, typer.Option("--lang", help="zh | en")]
Review = Annotated[
    str, typer.Option("--review-number", help="审图号，不给则留空线 / map review number")
]
Public = Annotated[
    bool, typer.Option("--public", help="对外公开，需有权限，记入审计 / for everybody; logged")
]
Code = Annotated[str, typer.Argument(help="编码 / code")]


@dataclass(frozen=True, slots=True)
class _Form:
    """Where the sheet goes and how it looks there."""

    out: Path
    paper: Paper
    scale: float | None
    dpi: int
    lang: Literal["zh", "en"]


def _form(
    out: Path | None, paper: str, portrait: bool, scale: float | None, dpi: int, lang: str
) -> _Form:
    if out is None:
        raise InvalidInput("sheet.out_missing", known=list(_FORMS))
    if out.suffix.lower() not in _FORMS:
        raise InvalidInput("sheet.form", file=out.name, known=list(_FORMS))
    if lang not in ("zh", "en"):
        raise InvalidInput("sheet.lang_unknown")
    held = get_paper(paper, "portrait" if portrait else "landscape")
    return _Form(out, held, scale, dpi, cast(Literal["zh", "en"], lang))


@app.command("hotspots")
def hotspots(
    rank: Annotated[
        int | None, typer.Option("--rank", help="哪一级网格，不给则村 / level, villages by default")
    ] = None,
    from_on: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="登记自 / registered from")
    ] = None,
    to_on: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="登记至 / registered to")
    ] = None,
    public: Public = False,
    out: Out = None,
    paper: PaperName = "A4",
    portrait: Upright = False,
    scale: Scale = None,
    dpi: Dpi = 150,
    lang: Language = "zh",
    review_number: Review = "",
) -> None:
    """哪里事项多：分级图和表 / Where there are how many cases."""
    form = _form(out, paper, portrait, scale, dpi, lang)
    _make(
        form,
        lambda engine, actor: gather_hotspots(
            engine, actor, rank=rank, from_on=None if from_on is None else from_on.date(),
            to_on=None if to_on is None else to_on.date(), public=public,
            review_number=review_number, lang=form.lang,
        ),
    )  # fmt: skip


@app.command("grid")
def grid(
    code: Code,
    out: Out = None,
    paper: PaperName = "A4",
    portrait: Upright = False,
    scale: Scale = None,
    dpi: Dpi = 150,
    lang: Language = "zh",
    review_number: Review = "",
) -> None:
    """一个网格的工作单：范围、面积、人员、数字 / The working sheet of a cell."""
    form = _form(out, paper, portrait, scale, dpi, lang)
    _make(
        form,
        lambda engine, actor: gather_grid(
            engine, actor, code, review_number=review_number, lang=form.lang
        ),
    )


@app.command("noticeboard")
def noticeboard(
    code: Code,
    note: Annotated[
        str, typer.Option("--note", help="另加一句，如投诉电话 / one more sentence")
    ] = "",
    public: Public = False,
    out: Out = None,
    paper: PaperName = "A3",
    portrait: Upright = False,
    scale: Scale = None,
    dpi: Dpi = 150,
    lang: Language = "zh",
    review_number: Review = "",
) -> None:
    """网格公示牌；.txt 是可粘贴到群里的文字 / The public notice of a grid; .txt to paste."""
    form = _form(out, paper, portrait, scale, dpi, lang)
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "sheet noticeboard")
        content, text = gather_noticeboard(
            engine, actor, code, public=public, note=note, review_number=review_number,
            lang=form.lang,
        )  # fmt: skip
    if form.out.suffix.lower() == ".txt":
        _write(form.out, text.encode())
        return
    _save(form, content)


@app.command("case")
def case(
    code: Code,
    out: Out = None,
    paper: PaperName = "A4",
    portrait: Upright = False,
    scale: Scale = None,
    dpi: Dpi = 150,
    lang: Language = "zh",
    review_number: Review = "",
) -> None:
    """一件事项的示意图，姓名遮盖 / One case on paper, persons masked."""
    form = _form(out, paper, portrait, scale, dpi, lang)
    _make(
        form,
        lambda engine, actor: gather_case(
            engine, actor, code, review_number=review_number, lang=form.lang
        ),
    )


@app.command("members")
def members(
    with_list: Annotated[
        bool, typer.Option("--list", help="另附加密名单（仅 .html） / with the sealed list")
    ] = False,
    days: Annotated[int, typer.Option("--days", help="名单几天内可打开 / days it opens")] = 7,
    out: Out = None,
    paper: PaperName = "A4",
    portrait: Upright = False,
    scale: Scale = None,
    dpi: Dpi = 150,
    lang: Language = "zh",
) -> None:
    """党小组组长自己的小组：每格人数 / A leader's own groups: members per micro grid."""
    form = _form(out, paper, portrait, scale, dpi, lang)
    if with_list and form.out.suffix.lower() != ".html":
        raise InvalidInput("sheet.list_form")
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "sheet members")
        made = gather_members(engine, actor, with_list=with_list, days=days, lang=form.lang)
    if made.sealed is None:
        _save(form, made.content)
        return
    _write(form.out, render_hand_out(made.content, sealed=made.sealed.block).encode())
    Console(stderr=True).print(
        f"口令（只显示这一次）/ pass phrase, shown once: {made.sealed.phrase}\n"
        f"有效至 / opens until {made.sealed.ends_at:%Y-%m-%d %H:%M}", markup=False,
    )  # fmt: skip


def _make(form: _Form, gather: Callable[[Any, Any], Content]) -> None:
    if form.out.suffix.lower() == ".txt":
        raise InvalidInput("sheet.text_form")
    with open_engine(Settings()) as engine:
        content = gather(engine, get_actor(engine, "sheet"))
    _save(form, content)


def _save(form: _Form, content: Content) -> None:
    kind = form.out.suffix.lower()
    if kind == ".html":
        _write(form.out, render_hand_out(content).encode())
        return
    if kind == ".txt":
        raise InvalidInput("sheet.text_form")
    sheet = make_sheet(content, form.paper, scale=form.scale)
    if kind == ".pdf":
        _write(form.out, write_pdf(sheet))
        return
    for number, picture in enumerate(write_pngs(sheet, ppi=form.dpi), start=1):
        name = form.out if number == 1 else form.out.with_stem(f"{form.out.stem}-{number}")
        _write(name, picture)


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InvalidInput("sheet.cannot_write", reason=error.strerror or "?") from error
    Console(stderr=True).print(f"{out} · {len(data):,} B", markup=False)
