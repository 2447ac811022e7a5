"""Looks that take long: queued for the worker, done with the rights their asker has then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import Engine

from gis_api.access.store import get_actor_of
from gis_api.actions.risk_inputs import find_frame
from gis_api.actions.risk_look import AskedLook, look
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.jobs import store
from gis_api.jobs.progress import Progress

TASK: Final = "risk_look"


def queue_look(engine: Engine, actor: Actor, asked: AskedLook) -> int:
    """The id of the job; NotFound ``cell.unknown`` for an area outside the actor's own."""
    plain = asdict(asked) | {"to_on": asked.to_on.isoformat() if asked.to_on else None}
    with begin(engine, actor) as conn:
        find_frame(conn, actor, asked.area)
        return store.defer(conn, TASK, actor.user_id, user_id=actor.user_id, asked=plain)


def run_look(engine: Engine, progress: Progress, args: Mapping[str, Any]) -> dict[str, Any]:
    """Do a queued look; cancelled between two maps, then nothing of it is kept."""
    with begin(engine, SYSTEM) as conn:
        actor = get_actor_of(conn, args["user_id"])
    given = dict(args["asked"])
    to_on = given.pop("to_on")
    given |= {name: tuple(given[name]) for name in ("groups", "scales", "months")}
    asked = AskedLook(**given, to_on=date.fromisoformat(to_on) if to_on else None)
    done = look(engine, actor, asked, step=progress.step)
    return {"risk_run_id": done.risk_run_id, "maps": len(done.maps)}
