"""The file of a case as PDF."""

from __future__ import annotations

import json
from importlib.resources import as_file, files

import typst

from gis_api.cases.dossier.content import Dossier


def write_pdf(dossier: Dossier) -> bytes:
    """PDF of the file; its words are data to the template and never markup."""
    with as_file(files(__package__).joinpath("dossier.typ")) as template:
        made = typst.compile(
            str(template), format="pdf",
            sys_inputs={"data": json.dumps(dossier.to_plain(), ensure_ascii=False)},
        )  # fmt: skip
    assert isinstance(made, bytes)
    return made
