"""A route says what it lets somebody do; the permission table says who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Depends
from fastapi.params import Depends as DependsParam

from gis_api.access.permissions import read_permissions, require_permission
from gis_api.db.engine import Actor
from gis_api.http.dependencies.signed_in import ActorDep


class Permit:
    """A dependency that gives the actor, or refuses; carries what it permits for docs and tests."""

    def __init__(self, obj: str, verb: str) -> None:
        if (obj, verb) not in read_permissions().verbs:
            raise KeyError(f"permissions.toml has no {obj}.{verb}")
        self.obj, self.verb = obj, verb

    async def __call__(self, actor: ActorDep) -> Actor:
        require_permission(actor.role, self.obj, self.verb)
        return actor


def permit(obj: str, verb: str) -> DependsParam:
    """``Annotated[Actor, permit("case", "file")]``: the signed-in actor, if the role may."""
    dependency: Callable[..., Awaitable[Actor]] = Permit(obj, verb)
    return Depends(dependency)  # type: ignore[no-any-return]
