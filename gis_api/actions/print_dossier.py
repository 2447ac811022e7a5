"""The file of a case, to print and sign; the reading is on the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from gis_api.audit.personal.purposes import HANDLING
from gis_api.cases.dossier.content import Dossier, make_dossier
from gis_api.cases.dossier.write_docx import write_docx
from gis_api.cases.dossier.write_pdf import write_pdf
from gis_api.cases.flow import store
from gis_api.cases.store import reading
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.place_store import find_place_setting
from grid_boundaries.errors import NotFound

WRITERS: Mapping[str, Callable[[Dossier], bytes]] = {"docx": write_docx, "pdf": write_pdf}


def print_dossier(engine: Engine, actor: Actor, code: str, form: str) -> bytes:
    """Bytes of the file as docx or pdf; NotFound ``case.unknown``."""
    with begin(engine, actor) as conn:
        case, head = reading.find_case(conn, code), store.find_case(conn, code)
        if case is None or head is None:
            raise NotFound("case.unknown", case_code=code)
        papers = store.list_papers(conn, head["case_id"])
        kinds = {row["kind"]: row["name_zh"] for row in reading.list_case_kinds(conn)}
        place = find_place_setting(conn)
        add_audit(
            conn, actor, "case.print_dossier", "case", code, row_count=1, purpose=HANDLING,
            detail={"form": form},
        )  # fmt: skip
    dossier = make_dossier(
        case | {name: head[name] for name in ("outcome", "settled_on")},
        papers,
        kind_zh=kinds[case["kind"]],
        place_zh="" if place is None else place["name_zh"],
        synthetic=place is not None and bool(place["synthetic"]),
    )
    return WRITERS[form](dossier)
