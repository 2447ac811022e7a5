"""Steps on a draft by hand, and back."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from gis_api.actions.redraw.edit import do_step, preview_step, redo_step, undo_step
from gis_api.actions.redraw.intents import Act, Intent
from gis_api.actions.redraw.view import read_plan
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.cli.redraw.options import Commit, PlanId, parse_line, parse_numbers, split_list
from gis_api.cli.redraw.tell import print_step
from gis_api.settings import Settings

app = typer.Typer()


@app.command("edit")
def edit(
    plan_id: PlanId,
    act: Annotated[str, typer.Argument(help=" | ".join(get_args(Act)))],
    grids: Annotated[
        list[int] | None, typer.Option("--grid", min=0, help="网格号 / number of a grid")
    ] = None,
    atoms: Annotated[str, typer.Option("--atoms", help="单元号，逗号分隔 / units")] = "",
    line: Annotated[str, typer.Option("--line", help="lng,lat lng,lat …")] = "",
    text: Annotated[str | None, typer.Option("--text", help="名称或编码 / name or code")] = None,
    vacant: Annotated[
        str, typer.Option("--vacant", help="有意空着的岗位，逗号分隔 / posts left vacant")
    ] = "",
    parent: Annotated[str | None, typer.Option("--parent")] = None,
    rev: Annotated[int | None, typer.Option("--rev", min=1, help="看到的修订号")] = None,
    commit: Commit = False,
) -> None:
    """改方案一步 / One step: split, merge, reshape, reassign, move_node, lock, rename …"""
    posts = tuple({"kind": one, "officer_id": None} for one in split_list(vacant)) or None
    intent = Intent(
        _act(act), tuple(grids or ()), tuple(parse_numbers(atoms)), parse_line(line), text, posts
    )
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw edit")
        if not commit:
            print_step(preview_step(engine, actor, plan_id, parent, intent), commit=False)
            return
        seen = rev or next(
            part.rev for part in read_plan(engine, actor, plan_id).parts
            if parent is None or part.parent == parent
        )  # fmt: skip
        print_step(do_step(engine, actor, plan_id, parent, intent, seen), commit=True)


@app.command("undo")
def undo(plan_id: PlanId, commit: Commit = False) -> None:
    """撤销上一步 / Take the last step back."""
    _walk(plan_id, "undo", commit=commit)


@app.command("redo")
def redo(plan_id: PlanId, commit: Commit = False) -> None:
    """重做 / Do it again."""
    _walk(plan_id, "redo", commit=commit)


def _walk(plan_id: int, way: str, *, commit: bool) -> None:
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, f"redraw {way}")
        step = (undo_step if way == "undo" else redo_step)(engine, actor, plan_id, commit=commit)
    print_step(step, commit=commit)


def _act(text: str) -> Act:
    for act in get_args(Act):
        if text == act:
            known: Act = act
            return known
    raise typer.BadParameter(" | ".join(get_args(Act)), param_hint="act")
