"""The declared rules of retention: which fields, after how long, stopped by which hold."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from grid_boundaries.errors import InvalidInput

MIN_DAYS, MAX_DAYS = 30, 36_500


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``statement`` names its SQL, ``held`` whether a legal hold stops it."""

    rule: str
    table: str
    statement: str
    sides: tuple[str, ...]
    blanks: tuple[str, ...]
    counts_from: str
    after_days: int
    held: bool
    zh: str
    en: str

    def due_before(self, today: date, decided: Mapping[str, int]) -> tuple[int, date]:
        """The days in force and the last day that counts as over."""
        after_days = decided.get(self.rule, self.after_days)
        return after_days, today - timedelta(days=after_days)


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("retention.toml").read_text("utf-8"))


@cache
def list_rules() -> tuple[Rule, ...]:
    """The rules in their declared order."""
    return tuple(
        Rule(**(row | {"sides": tuple(row["sides"]), "blanks": tuple(row["blanks"])}))
        for row in _declared()["rule"]
    )


def list_kept() -> list[dict[str, str]]:
    """Tables that no clock blanks, with the reason in both languages."""
    return list(_declared()["kept"])


def list_pruned() -> list[dict[str, Any]]:
    """Tables whose rows the nightly pruning deletes, with the days."""
    return list(_declared()["pruned"])


def list_bases() -> dict[str, dict[str, str]]:
    """Grounds of a legal hold: slug → {zh, en}."""
    return dict(_declared()["basis"])


def require_rule(name: str) -> Rule:
    """The rule of a name; InvalidInput ``retention.rule_unknown``."""
    for rule in list_rules():
        if rule.rule == name:
            return rule
    known = [rule.rule for rule in list_rules()]
    raise InvalidInput("retention.rule_unknown", rule=name, known=known)


def require_days(days: int) -> int:
    """A period from a month to a hundred years; InvalidInput ``retention.bad_period``."""
    if not MIN_DAYS <= days <= MAX_DAYS:
        raise InvalidInput("retention.bad_period", days=days, least=MIN_DAYS, most=MAX_DAYS)
    return days


def require_basis(basis: str) -> str:
    """A declared ground of a hold; InvalidInput ``hold.basis_unknown``."""
    if basis not in list_bases():
        raise InvalidInput("hold.basis_unknown", basis=basis, known=list(list_bases()))
    return basis
