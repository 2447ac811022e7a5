"""KML, KMZ and GPX before GDAL opens them: no entities, and where the text came from."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.importers.caps import MIB, Caps
from layers.importers.formats.zips import BAD_ZIP

_DEEPEST: Final = 200


def require_safe_xml(path: Path, name: str) -> None:
    """Pass when the text is well-formed XML without entity definitions.

    Raises InvalidInput ``file.xml_entity``, ``file.bad_structure``.
    """
    depth = 0
    try:
        with path.open("rb") as source:
            for event, element in iterparse(source, events=("start", "end"), forbid_dtd=False):
                depth += 1 if event == "start" else -1
                if depth > _DEEPEST:
                    raise InvalidInput(
                        "file.bad_structure", file=name, format="XML", reason="too deep"
                    )
                if event == "end":
                    element.clear()
    except DefusedXmlException as error:
        raise InvalidInput("file.xml_entity", file=name) from error
    except (ParseError, UnicodeError, LookupError, ValueError) as error:
        raise InvalidInput(
            "file.bad_structure", file=name, format="XML", reason="not well-formed"
        ) from error


def unpack_kmz(path: Path, folder: Path, name: str, caps: Caps) -> Path:
    """The first .kml of a .kmz; raises InvalidInput ``file.unreadable``, TooLarge."""
    try:
        with zipfile.ZipFile(path) as packed:
            found = [m for m in packed.infolist() if m.filename.lower().endswith(".kml")]
            member = min(found, key=lambda m: (m.filename.count("/"), m.filename))
            if member.file_size > caps.max_unpacked_bytes:
                raise TooLarge("file.too_large", file=name, limit_mb=caps.max_unpacked_bytes // MIB)
            target = folder / "data.kml"
            with packed.open(member) as source:
                target.write_bytes(source.read(member.file_size))
    except BAD_ZIP as error:
        raise InvalidInput("file.unreadable", file=name) from error
    return target
