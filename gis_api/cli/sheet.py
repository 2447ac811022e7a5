"""``wangge sheet``: what is printed or handed out, as one file; one command per kind of sheet."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from gis_api.actions.sheets.kinds import (
    FORMS,
    SHEETS,
    Asked,
    SheetKind,
    gather_sheet,
    write_sheet,
)
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput
from web_map.sheets.papers import get_paper

app = typer.Typer(help="图件：打印和分发 / Sheets to print or hand out.", no_args_is_help=True)

_HELP: Final = {
    "hotspots": "哪里事项多：分级图和表 / Where there are how many cases.",
    "grid": "一个网格的工作单：范围、面积、人员、数字 / The working sheet of a cell.",
    "noticeboard": "网格公示牌；.txt 是可粘贴到群里的文字 / The public notice; .txt to paste.",
    "case": "一件事项的示意图，姓名遮盖 / One case on paper, persons masked.",
    "members": "党小组组长自己的小组：每格人数 / A leader's own groups: members per micro grid.",
}
_SUFFIXES: Final = [f".{form}" for form in FORMS]
_DAY: Final = ["%Y-%m-%d"]
# Options by the field of ``Asked`` that they fill.
_ASKED: Final[dict[str, Any]] = {
    "code": Annotated[str, typer.Argument(help="编码 / code")],
    "rank": Annotated[
        int | None, typer.Option("--rank", help="哪一级网格，不给则村 / level, villages by default")
    ],
    "from_on": Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="登记自 / registered from")
    ],
    "to_on": Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="登记至 / registered to")
    ],
    "note": Annotated[str, typer.Option("--note", help="另加一句，如投诉电话 / one more sentence")],
    "public": Annotated[
        bool, typer.Option("--public", help="对外公开，需有权限，记入审计 / for everybody; logged")
    ],
    "with_list": Annotated[
        bool, typer.Option("--list", help="另附加密名单（仅 .html） / with the sealed list")
    ],
    "days": Annotated[int, typer.Option("--days", help="名单几天内可打开 / days it opens")],
    "review_number": Annotated[
        str, typer.Option("--review-number", help="审图号，不给则留空线 / map review number")
    ],
    "lang": Annotated[str, typer.Option("--lang", help="zh | en")],
}
# Options of the file, the same for every sheet: annotation and default (None: that of the kind).
_FILE: Final[dict[str, tuple[Any, Any]]] = {
    "out": (
        Annotated[
            Path | None,
            typer.Option("--out", help="写到 .html .pdf .png（公示牌还可 .txt） / file"),
        ],
        None,
    ),
    "paper": (Annotated[str, typer.Option("--paper", help="A4 | A3")], None),
    "portrait": (Annotated[bool, typer.Option("--portrait", help="竖放 / upright")], False),
    "scale": (
        Annotated[
            float | None,
            typer.Option("--scale", help="比例尺分母，不给则自选 / denominator of the scale"),
        ],
        None,
    ),
    "dpi": (
        Annotated[int, typer.Option("--dpi", min=50, max=600, help="图片 / of pictures")],
        150,
    ),
}
_DEFAULTS: Final = {field.name: field.default for field in fields(Asked)}


def _signature(kind: SheetKind) -> inspect.Signature:
    """What the command line of a kind takes: its own fields, the language, then the file."""
    found = []
    for name in (*kind.asks, "lang"):
        # a sheet without the thing it is about is none
        default = inspect.Parameter.empty if name == "code" else _DEFAULTS[name]
        found.append((name, _ASKED[name], default))
    for name, (annotation, default) in _FILE.items():
        found.append((name, annotation, kind.paper if name == "paper" else default))
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [inspect.Parameter(n, keyword, default=d, annotation=a) for n, a, d in found]
    )


def _command(name: str, kind: SheetKind) -> Callable[..., None]:
    def run(**given: Any) -> None:
        out, form = _read_out(given["out"])
        if given["lang"] not in ("zh", "en"):
            raise InvalidInput("sheet.lang_unknown")
        paper = get_paper(given["paper"], "portrait" if given["portrait"] else "landscape")
        asked = Asked(**{key: _plain(given[key]) for key in (*kind.asks, "lang")})
        with open_engine(Settings()) as engine:
            made = gather_sheet(engine, get_actor(engine, f"sheet {name}"), name, asked, form)
        for number, data in enumerate(
            write_sheet(made, form, paper, scale=given["scale"], ppi=given["dpi"]), start=1
        ):
            _write(out if number == 1 else out.with_stem(f"{out.stem}-{number}"), data)
        if made.sealed is not None:
            Console(stderr=True).print(
                f"口令（只显示这一次）/ pass phrase, shown once: {made.sealed.phrase}\n"
                f"有效至 / opens until {made.sealed.ends_at:%Y-%m-%d %H:%M}", markup=False,
            )  # fmt: skip

    run.__doc__ = _HELP[name]
    run.__signature__ = _signature(kind)  # type: ignore[attr-defined]
    return run


def _read_out(out: Path | None) -> tuple[Path, str]:
    """The file and its form; InvalidInput ``sheet.out_missing`` / ``sheet.form``."""
    if out is None:
        raise InvalidInput("sheet.out_missing", known=_SUFFIXES)
    form = out.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise InvalidInput("sheet.form", file=out.name, known=_SUFFIXES)
    return out, form


def _plain(value: Any) -> Any:
    """A day where the command line gives a moment."""
    return value.date() if isinstance(value, datetime) else value


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InvalidInput("sheet.cannot_write", reason=error.strerror or "?") from error
    Console(stderr=True).print(f"{out} · {len(data):,} B", markup=False)


for _name, _kind in SHEETS.items():
    app.command(_name)(_command(_name, _kind))
