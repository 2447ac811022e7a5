"""Options that several commands of ``wangge redraw`` have, and how they are read."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from gis_api.actions.redraw.units import KEEP_WHOLE, KeepWhole
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.propose import GOALS, Goal

PlanId = Annotated[int, typer.Argument(min=1, help="方案号 / number of the plan")]
Commit = Annotated[bool, typer.Option("--commit", help="写入；不加只试算 / write; else a dry run")]
AsJson = Annotated[bool, typer.Option("--json")]
Parents = Annotated[list[str], typer.Option("--parent", help="上级网格编码 / code of a parent")]
Size = Annotated[
    str | None, typer.Option("--size", metavar="MIN-MAX", help="每格户数 / households a grid")
]
DRY: Final = "试算，未写入；加 --commit 写入 / dry run, nothing written; add --commit"


def parse_size(text: str | None) -> SizeRule | None:
    """``20-30`` as a rule; None for None."""
    if text is None:
        return None
    low, _, high = text.partition("-")
    if not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit()):
        raise typer.BadParameter("20-30", param_hint="--size")
    return SizeRule(int(low), int(high))


def parse_goal(text: str) -> Goal:
    for goal in GOALS:
        if text == goal:
            return goal
    raise typer.BadParameter(" | ".join(GOALS), param_hint="--goal")


def parse_unit(text: str) -> KeepWhole:
    for kind in KEEP_WHOLE:
        if text == kind:
            return kind
    raise typer.BadParameter(" | ".join(KEEP_WHOLE), param_hint="--keep-whole")


def split_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def parse_numbers(text: str) -> list[int]:
    parts = split_list(text)
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise typer.BadParameter("1,2,3", param_hint="--atoms")
    return [int(part) for part in parts]


def parse_line(text: str) -> tuple[tuple[float, float], ...]:
    points = []
    for pair in text.split():
        try:
            lng, lat = (float(value) for value in pair.split(","))
        except ValueError as error:
            raise typer.BadParameter("lng,lat lng,lat", param_hint="--line") from error
        points.append((lng, lat))
    return tuple(points)
