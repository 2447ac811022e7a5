"""Cells of the grid as layers of a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.measure import area_ellipsoidal_m2, area_plane_m2, mu
from web_map.sheets.content import Feature, Layer
from web_map.sheets.drawing import Ink
from web_map.sheets.words import say


@dataclass(frozen=True, slots=True)
class Area:
    """A cell: its label, name and shape in EPSG:4490."""

    code: str
    name: str
    geom: BaseGeometry


def area_layer(
    title: str,
    areas: Sequence[Area],
    ink: Ink | Callable[[Area], Ink],
    *,
    lang: str = "zh",
    named: bool = True,
    rows: Callable[[Area], Sequence[tuple[str, str]]] | None = None,
    name_pt: float = 7.0,
    name_bold: bool = False,
) -> Layer:
    """A layer of cells; each tells its name, its code and ``rows``."""
    features = []
    for area in areas:
        told = [(say(lang, "code"), area.code), *(rows(area) if rows else ())]
        look = ink if isinstance(ink, Ink) else ink(area)
        features.append(Feature(area.geom, look, area.name if named else "", told))
    return Layer(title, features, name_pt=name_pt, name_bold=name_bold)


def area_rows(geom: BaseGeometry, lang: str) -> list[tuple[str, str]]:
    """Area on the ellipsoid and in the plane of the zone: m², km² and 亩, each with its method."""
    told = []
    for key, area_m2 in (
        ("area_ellipsoidal", area_ellipsoidal_m2(geom)),
        ("area_plane", area_plane_m2(geom)),
    ):
        told.append(
            (
                say(lang, key),
                say(lang, "area_value", m2=f"{area_m2:,.0f}", mu=f"{mu(area_m2):,.2f}"),
            )
        )
    return told
