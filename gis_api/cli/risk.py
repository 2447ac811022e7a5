"""``wangge risk``: maps of where it is high, why, whether it came true, and how honest they are."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.settings import Settings

app = typer.Typer(help="风险地图：地点和事项类别 / Risk of places and kinds.", no_args_is_help=True)

_DAY = ["%Y-%m-%d"]
_HEADINGS = (
    "类别 kind", "尺度 scale", "月 months", "件 cases", "明显高", "可能高", "无法判断", "无迹象",
    "只计数", "聚集 clusters",
)  # fmt: skip
Area = Annotated[str | None, typer.Option("--area", help="网格编码 / code of a cell")]
To = Annotated[
    datetime | None,
    typer.Option("--to", formats=_DAY, help="截止日（不含），默认本月一日 / first day after"),
]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="类别组或类别 / group or kind")]
Seed = Annotated[int | None, typer.Option("--seed", help="随机种子 / seed")]
Out = Annotated[
    Path | None, typer.Option("--out", help=".xlsx .html .json .pdf；不给则打印 / none: print")
]


@app.command("run")
def run(
    area: Area = None,
    to: To = None,
    kind: Kinds = None,
    scale: Annotated[list[str] | None, typer.Option("--scale", help="base | micro | h3")] = None,
    months: Annotated[list[int] | None, typer.Option("--months", min=1, max=36)] = None,
    reported: Annotated[
        bool, typer.Option("--reported", help="只算群众反映的 / leave out what patrols found")
    ] = False,
    nightly: Annotated[
        bool, typer.Option("--nightly", help="像每晚那样：评分、趋势、预警 / with score and alarms")
    ] = False,
    seed: Seed = None,
    commit: Annotated[
        bool, typer.Option("--commit", help="保存结果；不加只试算 / keep it, not a dry run")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="打印 JSON / print JSON")] = False,
) -> None:
    """算一个地方的风险地图 / Draw the risk maps of an area."""
    from gis_api.actions.risk_look import MONTHS, SEED, AskedLook, look

    asked = AskedLook(
        area=area, to_on=to.date() if to else None, groups=tuple(kind or ()),
        scales=tuple(scale or ()), months=tuple(months or MONTHS), reported_only=reported,
        seed=SEED if seed is None else seed,
    )  # fmt: skip
    with open_engine(Settings()) as engine:
        done = look(
            engine, get_actor(engine, "risk run"), asked,
            purpose="nightly" if nightly else "asked", commit=commit,
        )  # fmt: skip
    if as_json:
        _print_json({"run": done.risk_run_id, "figures": done.figures,
                     "maps": [one["figures"] | _key(one) for one in done.maps]})  # fmt: skip
        return
    _print_maps(done.figures, done.maps)
    told = f"已保存 kept as {done.risk_run_id}" if commit else "试算，未保存，加 --commit / dry run"
    Console().print(told if done.is_new else f"无变化 unchanged since {done.risk_run_id}")


@app.command("explain")
def explain(
    cell: Annotated[str, typer.Argument(help="网格编码 / code of a base grid")],
    group: Annotated[str, typer.Option("--kind", help="类别组 / group of kinds")] = "all",
    area: Area = None,
) -> None:
    """一个网格为什么这样说：件数、区间、周围有什么 / Why a cell is said to be so."""
    from gis_api.actions.risk_read import read_latest, read_map
    from grid_boundaries.errors import NotFound
    from layers.risk.words import CLASS_WORDS, TOO_SMALL, render_cell

    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "risk explain")
        latest = read_latest(engine, actor, area)
        months = sorted({m["months"] for m in latest["maps"] if m["kind_group"] == group})
        told = [
            read_map(engine, actor, latest["risk_run_id"], group, "base", number,
                     public=False, shapes=False)
            for number in months
        ]  # fmt: skip
    if not told or cell not in {one["code"] for one in told[0]["cells"]}:
        raise NotFound("cell.unknown", cell_code=cell)
    for one in told:
        row = next(c for c in one["cells"] if c["code"] == cell)
        words = {key.value: text for key, text in CLASS_WORDS.items()}.get(row["word"], TOO_SMALL)
        print(f"{row['name']} {words['zh']} / {words['en']}")
        for sentence in render_cell(row, one["figures"]):
            print(f"  {sentence['zh']} / {sentence['en']}")
    _print_json(latest["figures"].get("why", {}).get(group))


@app.command("backtest")
def backtest(area: Area = None) -> None:
    """说得准不准：滚动八个季度，与去年件数和碰运气比 / Did it come true."""
    from gis_api.actions.risk_extras import score_forecast
    from gis_api.actions.risk_inputs import read_inputs
    from gis_api.actions.risk_look import SEED

    with open_engine(Settings()) as engine:
        inputs = read_inputs(engine, get_actor(engine, "risk backtest"), area, None)
    _print_json(score_forecast(inputs, inputs.make_ground("base"), SEED))


@app.command("nulltest")
def nulltest(
    area: Area = None,
    kind: Annotated[str, typer.Option("--kind", help="类别组 / group of kinds")] = "all",
    maps: Annotated[int, typer.Option("--maps", min=10, max=5000)] = 200,
    seed: Seed = None,
) -> None:
    """打乱事项，数多少张图会出现红色 / Shuffle the cases; how many maps show red."""
    from gis_api.actions.risk_inputs import read_inputs
    from gis_api.actions.risk_look import SEED, count_red_by_chance

    with open_engine(Settings()) as engine:
        inputs = read_inputs(engine, get_actor(engine, "risk nulltest"), area, None)
    _print_json(count_red_by_chance(inputs, kind, maps, SEED if seed is None else seed))


def _key(one: Any) -> dict[str, Any]:
    return {name: one[name] for name in ("kind_group", "scale", "months")}


def _print_maps(figures: Any, maps: Any) -> None:
    table = Table(*_HEADINGS)
    for one in maps:
        told = one["figures"]
        words = told["classes"]
        circles = "; ".join(
            f"{c['observed']}/{c['expected']:.1f} ({len(c['codes'])} 格)" for c in told["clusters"]
        )
        table.add_row(
            told["group"]["zh"], one["scale"], str(one["months"]), str(told["cases"]),
            *(str(words[name]) for name in ("clearly_higher", "probably_higher", "cannot_tell",
                                             "no_sign", "no_denominator")), circles,
        )  # fmt: skip
    console = Console(width=150)
    console.print(table)
    bias = figures["bias"]
    console.print(
        f"截止 as of {figures['as_of']}；12 个月 {bias['cases']} 件，未定位 unlocated"
        f" {bias['unlocated']}，钉在办公点 pinned {bias['pinned']}，"
        f"未来日期 future {bias['future']}"
    )


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))
