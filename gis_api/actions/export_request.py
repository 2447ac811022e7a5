"""What somebody asks to have as a file, and whether they may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from gis_api.access.permissions import read_permissions, require_permission
from gis_api.audit.personal.purposes import require_purpose
from gis_api.db.engine import Actor
from grid_boundaries.errors import Forbidden, InvalidInput
from layers.exporters.carrying import find_lost_parts
from layers.exporters.formats import FORMATS, FileFormat, get_format
from layers.exporters.kinds import ExportKind, get_export_kind, list_kinds
from layers.exporters.template import SHEETS, Template

# Kinds whose past is kept; all others are as of today.
WITH_HISTORY = frozenset({"grid", "village", "post", "zone"})
# Membership is sensitive: its roster is never written for an operator without an account.
_NAMED_ONLY = frozenset({"member"})


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Which rows of the ledger; None: all.

    ``bbox`` is west, south, east, north in degrees; ``ring`` an outline (lng, lat), open at its
    end, that holds the case; ``due`` is ``late`` or ``soon``.
    """

    kinds: tuple[str, ...] | None = None
    state: str | None = None
    open: bool | None = None
    queue: bool | None = None
    from_on: date | None = None
    to_on: date | None = None
    bbox: tuple[float, float, float, float] | None = None
    due: str | None = None
    ring: tuple[tuple[float, float], ...] | None = None

    def as_params(self) -> dict[str, Any]:
        edges = self.bbox or (None,) * 4
        return {
            "kinds": None if self.kinds is None else list(self.kinds),
            "state": self.state, "open": self.open, "queue": self.queue,
            "from_on": self.from_on, "to_on": self.to_on,
            "due": self.due, "ring": None if self.ring is None else _write_polygon(self.ring),
            **dict(zip(("west", "south", "east", "north"), edges, strict=True)),
        }  # fmt: skip

    def as_detail(self) -> dict[str, Any]:
        """What the trail keeps of it: codes, numbers, days."""
        given = {name: value for name, value in self.as_params().items() if value is not None}
        if self.ring is not None:
            given["ring"] = [list(point) for point in self.ring]
        return {n: v.isoformat() if isinstance(v, date) else v for n, v in given.items()}


def _write_polygon(ring: tuple[tuple[float, float], ...]) -> str:
    """The ring as WKT, closed."""
    return "POLYGON((" + ", ".join(f"{x!r} {y!r}" for x, y in (*ring, ring[0])) + "))"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A kind, a format, and which rows; ``purpose`` given: persons in the clear, if allowed.

    ``template``: in the columns of another platform.
    """

    kind: str
    file_format: str
    encoding: str = "UTF-8"
    area_code: str | None = None
    on: date | None = None
    purpose: str | None = None
    cases: CaseRows = CaseRows()
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class AllowedExport:
    """A request that its asker may make.

    ``clear``: names, phones and addresses of persons are shown; ``work_data``: those of duties.
    """

    request: ExportRequest
    kind: ExportKind
    file_format: FileFormat
    clear: bool
    work_data: bool

    @property
    def file_name(self) -> str:
        """Kind and format only: no place, no person."""
        return f"wangge-{self.kind.name}{self.file_format.suffix}"


def allow_export(actor: Actor, request: ExportRequest) -> AllowedExport:
    """The request if this actor may make it.

    Raises Forbidden ``permission.denied`` / ``export.name_yourself`` and InvalidInput
    ``export.kind_unknown``, ``export.format_*``, ``export.no_history``, ``export.only_cases``,
    ``export.nothing_masked``, ``export.template_misfit``, ``personal.purpose_unknown``.
    """
    kind = get_export_kind(request.kind)
    require_permission(actor.role, "export", kind.name)
    if actor.is_system and kind.name in _NAMED_ONLY:
        raise Forbidden("export.name_yourself", kind=kind.name)
    file_format = get_format(request.file_format, kind.table)
    if request.on is not None and kind.name not in WITH_HISTORY:
        raise InvalidInput("export.no_history", kind=kind.name, known=sorted(WITH_HISTORY))
    if request.template is not None and (
        request.template.kind != kind.name or request.file_format not in SHEETS
    ):
        raise InvalidInput(
            "export.template_misfit", kind=request.template.kind, formats=list(SHEETS)
        )
    if kind.name != "case" and request.cases != CaseRows():
        raise InvalidInput("export.only_cases", kind=kind.name)
    return AllowedExport(
        request, kind, file_format,
        clear=_may_see_persons(actor, kind, request.purpose), work_data=not actor.is_system,
    )  # fmt: skip


def _may_see_persons(actor: Actor, kind: ExportKind, purpose: str | None) -> bool:
    if purpose is None:
        return False
    require_purpose(purpose)
    if not kind.holds_persons:
        raise InvalidInput("export.nothing_masked", kind=kind.name)
    if actor.is_system:
        raise Forbidden("export.name_yourself", kind=kind.name)
    if not _may_unmask(actor, kind):
        raise Forbidden("permission.denied", role=actor.role, object=kind.name, verb="unmask")
    return True


def _may_unmask(actor: Actor, kind: ExportKind) -> bool:
    """A roster is shown in the clear to its leader, all else to those who may call people."""
    table = read_permissions()
    if kind.name == "member":
        return table.shows(actor.role, "member", "personal")
    return table.allows(actor.role, "personal", "unmask")


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """A kind that a role may export, and the formats that can carry it."""

    kind: ExportKind
    formats: list[str]
    may_unmask: bool


def list_allowed(actor: Actor) -> list[ExportChoice]:
    """Every kind that this actor may export, in the declared order."""
    table = read_permissions()
    return [
        ExportChoice(
            kind,
            [name for name in FORMATS if "row" not in find_lost_parts(kind.table, name)],
            kind.holds_persons and _may_unmask(actor, kind),
        )
        for kind in map(get_export_kind, list_kinds())
        if table.allows(actor.role, "export", kind.name)
    ]
