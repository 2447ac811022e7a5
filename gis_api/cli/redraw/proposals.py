"""Proposals: grids of a size, told whether they can be had."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from gis_api.actions.redraw.propose import ProposalWish, propose_once
from gis_api.actions.redraw.start import NewPlan
from gis_api.actions.redraw.units import KEEP_WHOLE
from gis_api.cli.acting import get_actor
from gis_api.cli.database import open_engine
from gis_api.cli.redraw.options import AsJson, Commit, Size, parse_goal, parse_size, parse_unit
from gis_api.cli.redraw.tell import print_proposed
from gis_api.settings import Settings
from grid_boundaries.redraw.propose import GOALS

app = typer.Typer()


@app.command("propose")
def propose(
    parent: Annotated[
        list[str] | None, typer.Option("--parent", help="上级网格编码 / code of a parent")
    ] = None,
    plan: Annotated[
        int | None, typer.Option("--plan", min=1, help="在此方案上 / on a plan")
    ] = None,
    size: Size = None,
    k: Annotated[int | None, typer.Option("--k", min=1, help="恰好几格 / exactly so many")] = None,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="不管现状 / do not begin from today")
    ] = False,
    goal: Annotated[
        list[str] | None, typer.Option("--goal", help="balance | compactness | stability")
    ] = None,
    keep_whole: Annotated[
        str | None,
        typer.Option("--keep-whole", help=f"不拆 / stay whole: {' | '.join(KEEP_WHOLE)}"),
    ] = None,
    pastoral: Annotated[bool, typer.Option("--pastoral", help="牧区 / seasonal places")] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 1,
    as_json: AsJson = False,
    commit: Commit = False,
) -> None:
    """提出划分方案，三种取向 / Propose grids; --commit keeps each as a scenario."""
    rule = parse_size(size)
    wish = ProposalWish(
        rule.low if rule else None, rule.high if rule else None, k, from_scratch,
        tuple(parse_goal(one) for one in goal) if goal else GOALS,
        None if keep_whole is None else parse_unit(keep_whole),
    )  # fmt: skip
    if (plan is None) == (not parent):
        raise typer.BadParameter("--parent 或 --plan / one of them", param_hint="--parent")
    at = plan or NewPlan("提案", tuple(parent or ()), size=rule, pastoral=pastoral, seed=seed)
    console = Console()
    with open_engine(Settings()) as engine:
        actor = get_actor(engine, "redraw propose")
        done = propose_once(engine, actor, at, wish, commit=commit)
    print_proposed(console, done, as_json=as_json, commit=commit)
