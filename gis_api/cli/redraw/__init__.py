"""``wangge redraw``: plans of new grids on the command line."""

from __future__ import annotations

import typer

from gis_api.cli.redraw import approval, drafts, proposals, steps

app = typer.Typer(no_args_is_help=True, help="重划网格 / Redraw grids.")
for _part in (drafts, proposals, steps, approval):
    app.add_typer(_part.app)
