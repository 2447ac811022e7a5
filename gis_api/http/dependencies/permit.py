"""A route says what it lets somebody do; the permission table says who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Depends, Request
from fastapi.params import Depends as DependsParam

from gis_api.access.permissions import read_permissions, require_permission
from gis_api.access.rate_limit import RateLimits, classify
from gis_api.db.engine import Actor
from gis_api.http.dependencies.signed_in import require_caller
from grid_boundaries.errors import Forbidden


class Permit:
    """A dependency that gives the actor, or refuses; carries what it permits for docs and tests.

    The actor is a person or a program with a token, asks no more often than allowed, and may do
    this: by role, and for a token by its own verbs too.
    """

    def __init__(self, obj: str, verb: str) -> None:
        if (obj, verb) not in read_permissions().verbs:
            raise KeyError(f"permissions.toml has no {obj}.{verb}")
        self.obj, self.verb = obj, verb

    async def __call__(self, request: Request) -> Actor:
        session = await require_caller(request)
        limits: RateLimits = request.app.state.services.rate_limits
        limits.take(session.rate_key, classify(request.method, self.obj, self.verb))
        if session.must_change_password:
            raise Forbidden("session.password_change_required")
        require_permission(session.actor.role, self.obj, self.verb)
        verbs = session.token_verbs
        if verbs is not None and f"{self.obj}.{self.verb}" not in verbs:
            raise Forbidden("token.verb_missing", verb=f"{self.obj}.{self.verb}")
        return session.actor


def permit(obj: str, verb: str) -> DependsParam:
    """``Annotated[Actor, permit("case", "file")]``: the signed-in actor, if the role may."""
    dependency: Callable[..., Awaitable[Actor]] = Permit(obj, verb)
    return Depends(dependency)  # type: ignore[no-any-return]
