"""The permission table: one declared answer to "may this role do this to that?"."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grid_boundaries.errors import Forbidden

AREA, GRANTS, NOTHING = "area", "grants", "nothing"


@dataclass(frozen=True, slots=True)
class Role:
    """A role; ``sees`` says whether rows come by area, by grant, or not at all."""

    slug: str
    name_zh: str
    name_en: str
    sees: str


@dataclass(frozen=True, slots=True)
class Permissions:
    """The table: (object, verb) and (object, field) → the roles that may."""

    roles: Mapping[str, Role]
    verbs: Mapping[tuple[str, str], frozenset[str]]
    fields: Mapping[tuple[str, str], frozenset[str]]

    def allows(self, role: str, obj: str, verb: str) -> bool:
        """Whether a role may; the system itself may everything; unknown words raise KeyError."""
        return role == "system" or role in self.verbs[obj, verb]

    def shows(self, role: str, obj: str, field: str) -> bool:
        """Whether a role sees a group of fields in the clear."""
        return role == "system" or role in self.fields[obj, field]


@cache
def read_permissions() -> Permissions:
    """The declared table; raises ValueError when it names a role or set that is not declared."""
    declared = tomllib.loads(files(__package__).joinpath("permissions.toml").read_text("utf-8"))
    roles = {
        slug: Role(slug, row["zh"], row["en"], row["sees"])
        for slug, row in declared["roles"].items()
    }
    sets: dict[str, list[str]] = declared["sets"]

    def expand(names: list[str]) -> frozenset[str]:
        expanded = {role for name in names for role in sets.get(name, [name])}
        unknown = expanded - roles.keys()
        if unknown:
            raise ValueError(f"permissions.toml names unknown roles: {sorted(unknown)}")
        return frozenset(expanded)

    def flatten(part: str) -> dict[tuple[str, str], frozenset[str]]:
        return {
            (row["object"], word): expand(names)
            for row in declared["permission"]
            for word, names in row.get(part, {}).items()
        }

    return Permissions(roles, flatten("verbs"), flatten("fields"))


def list_verbs(role: str) -> list[str]:
    """What a role may, as ``object.verb`` in order; nothing for a role nobody declared."""
    table = read_permissions()
    return sorted(f"{obj}.{verb}" for (obj, verb), roles in table.verbs.items() if role in roles)


def require_permission(role: str, obj: str, verb: str) -> None:
    """Raise Forbidden ``permission.denied`` unless the table lets the role do it."""
    if not read_permissions().allows(role, obj, verb):
        raise Forbidden("permission.denied", role=role, object=obj, verb=verb)
