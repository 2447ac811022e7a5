"""What may be erased at a person's request, and why the rest stays: rules without a database."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# Reasons that keep a person's data for as long as they hold.
STOPS = ("case_open", "legal_hold")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One kind of data: where it lies, how much, whether it went, and the reason."""

    what: str
    where: str
    rows: int
    reason: str
    hold: str | None = None

    @property
    def is_erased(self) -> bool:
        return bool(read_reasons()[self.reason]["done"])


@cache
def read_reasons() -> Mapping[str, Mapping[str, Any]]:
    """Slug → {zh, en, done}."""
    declared: dict[str, dict[str, Any]] = tomllib.loads(
        files(__package__).joinpath("reasons.toml").read_text("utf-8")
    )
    return declared


def plan_party(party: Mapping[str, Any], holds: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """What happens to one party row and, if that person reported, to their words.

    An open case keeps both, a legal hold keeps both; the words of a case belong to its reporter.
    """
    stops = _why_kept(party, holds)
    where = party["case_code"]
    has_fields = any(party[name] is not None for name in ("name", "phone", "household_id"))
    fields = "already_blank" if not has_fields else "blanked"
    words = "blanked" if party["has_text"] else "already_blank"
    if party["side"] != "reporter":
        words = "words_of_another"
    elif stops and party["has_text"]:
        words = stops
    hold = holds[0]["basis"] if stops == "legal_hold" else None
    return [
        Outcome("case_party", where, 1, stops if stops and has_fields else fields, hold),
        Outcome("case_text", where, 1, words, hold if words == "legal_hold" else None),
        Outcome("attachment", where, party["attachments"], "papers"),
        Outcome("case_note", where, party["notes"], "case_file"),
        Outcome("case_document", where, party["documents"], "case_file"),
        Outcome("case_agreement", where, party["agreements"], "case_file"),
        Outcome("case_performance", where, party["performances"], "case_file"),
        Outcome("case_history", where, party["links"], "ids_only"),
    ]


def plan_signer(signer: Mapping[str, Any], holds: Sequence[Mapping[str, Any]]) -> Outcome:
    """What happens to one signature under a collective case: it goes when the case lets it."""
    stops = _why_kept(signer, holds)
    hold = holds[0]["basis"] if stops == "legal_hold" else None
    return Outcome("case_signer", signer["case_code"], 1, stops or "blanked", hold)


def _why_kept(party: Mapping[str, Any], holds: Sequence[Mapping[str, Any]]) -> str | None:
    if holds:
        return "legal_hold"
    return "case_open" if party["closed_on"] is None else None


def plan_household(household: Mapping[str, Any], needed: str | None) -> list[Outcome]:
    """What happens to a household's row: name and phone go unless ``needed`` says why not."""
    where = f"household {household['household_id']}"
    has_fields = household["head_name"] is not None or household["phone"] is not None
    fields = "already_blank" if not has_fields else needed or "blanked"
    return [
        Outcome("household", where, 1, fields),
        Outcome("household.address", where, 1, "register"),
        Outcome("officer", where, household["officers"], "recusal"),
        Outcome("claim", where, household["claims"], "land_record"),
        Outcome("member", where, household["members"], "party_roster"),
    ]
