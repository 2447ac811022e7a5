"""A hand-out: one closed file that opens from a USB stick and asks nothing of anybody.

Drawn by folium, with four of its traps kept shut: no link to another host (the lists of links are
those of a subclass, empty, and never appended to), rendered as a whole and not as an embedded
frame, ``maxZoom`` set although there are no tiles, and every word of the data either escaped or
carried as JSON that becomes a text node.  The Content-Security-Policy in the file names the hash
of each of its scripts and styles and allows nothing else: it is the proof that the file is closed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import folium
import shapely
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from folium.utilities import JsCode
from jinja2 import Environment
from markupsafe import Markup

from grid_boundaries.errors import InvalidInput
from web_map.pages import STATIC_DIR
from web_map.sheets.content import Content, Feature, Layer
from web_map.sheets.drawing import Ink
from web_map.sheets.sheet import clean
from web_map.sheets.words import say

MOST_BYTES: Final = 10 * 1024 * 1024
# Seven decimals are a centimetre; a hand-out shows a decimetre.
_GRID_DEG: Final = 1e-6
_MAX_ZOOM: Final = 19
_PX_PER_MM: Final = 3.6
_HERE: Final = Path(__file__).resolve().parent
_BLOCK: Final = re.compile(r"<(script|style)([^>]*)>(.*?)</\1>", re.DOTALL)
_LINK: Final = re.compile(r"url\([^)]*\)")
_PAGE: Final = Environment(autoescape=True).from_string(
    (_HERE / "hand_out.html").read_text("utf-8")
)


class _ClosedFigure(Figure):
    """The page without folium's own head: the frame around it is ours."""

    _template = Template(
        "<map-part>{{ this.html.render(**kwargs) }}</map-part>"
        "<js-part>{{ this.script.render(**kwargs) }}</js-part>"
    )


class _ClosedMap(folium.Map):
    """A map that brings no links: Leaflet stands in the file."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []


class _Told(MacroElement):
    """Hands a layer and what is told of its things to the script of the hand-out."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "wanggeHandOut.tell({{ this.map_name }}, {{ this.layer_name }}, {{ this.title|tojson }},"
        " {{ this.names|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, map_name: str, layer_name: str, title: str, names: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.map_name, self.layer_name, self.title, self.names = map_name, layer_name, title, names


class _Finish(MacroElement):
    """The last words of the script: what is to be seen first."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "wanggeHandOut.open({{ this.map_name }}, {{ this.bounds|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, map_name: str, bounds: list[list[float]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.map_name, self.bounds = map_name, bounds


def render_hand_out(content: Content, *, sealed: str | None = None) -> str:
    """The page as text, closed by its own policy; the same content gives the same bytes.

    ``sealed`` is a JSON block that the page's script can open with a pass phrase (``sealing``).
    Raises InvalidInput ``sheet.too_large`` above 10 MB.
    """
    body, script = _draw(content) if content.layers else ("", "")
    page = _PAGE.render(
        lang="zh-CN" if content.lang == "zh" else "en",
        content=_plain(content),
        css=_as_is(_css()),
        leaflet=_as_is(_leaflet()),
        map=_as_is(body),
        script=_as_is(_own("hand_out.js") + script),
        sealed=None if sealed is None else _as_is(sealed),
        unseal=_as_is(_own("unseal.js")) if sealed else None,
        words=lambda key, **more: say(content.lang, key, **more),
    )
    closed = page.replace("POLICY", _policy(page), 1)
    if len(closed.encode()) > MOST_BYTES:
        raise InvalidInput("sheet.too_large", most_mb=MOST_BYTES // 2**20)
    return closed


def _as_is(text: str) -> Markup:
    """Text of this package's own making, or JSON whose ``<`` is escaped: put in as it is."""
    return Markup(text)  # noqa: S704


def _policy(page: str) -> str:
    """Nothing from anywhere; of scripts and styles only those that stand in the page now."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, attributes, text in _BLOCK.findall(page):
        if "application/json" not in attributes:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            hashes[kind].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; script-src {' '.join(dict.fromkeys(hashes['script']))};"
        f" style-src {' '.join(dict.fromkeys(hashes['style']))};"
        " base-uri 'none'; form-action 'none'"
    )


def _draw(content: Content) -> tuple[str, str]:
    figure = _number(_ClosedFigure(), 0)
    west, south, east, north = content.find_bounds()
    chart = _number(
        _ClosedMap(
            location=[(south + north) / 2, (west + east) / 2], tiles=None, max_zoom=_MAX_ZOOM,
            control_scale=False, attribution_control=False, zoom_snap=0.25,
        ),
        1,
    )  # fmt: skip
    # with tiles=None folium drops max_zoom
    chart.options["max_zoom"] = _MAX_ZOOM
    figure.add_child(chart)
    name = chart.get_name()
    for number, layer in enumerate(content.layers, start=2):
        made = _number(_geojson(layer), number)
        chart.add_child(made)
        told = _Told(name, made.get_name(), layer.title, any(f.words for f in layer.features))
        chart.add_child(_number(told, 1000 + number))
    chart.add_child(_number(_Finish(name, [[south, west], [north, east]]), 9999))
    text = figure.render()
    # folium's head is left out: it would forbid zooming and turn our margins off
    body, script = (
        text.partition(f"<{part}>")[2].partition(f"</{part}>")[0]
        for part in ("map-part", "js-part")
    )
    return body, script


def _number(element: Any, number: int) -> Any:
    """An element with a fixed number in its name, where folium has a random one."""
    element._id = f"{number:04d}"
    return element


def _geojson(layer: Layer) -> Element:
    features = [_feature(one, n) for n, one in enumerate(layer.features)]
    looks = [_look(one.ink) for one in layer.features]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: looks[int(feature["id"])],
        smooth_factor=0.5, point_to_layer=JsCode("wanggeHandOut.sign"),
    )  # fmt: skip


def _feature(one: Feature, number: int) -> dict[str, Any]:
    geom = shapely.set_precision(one.geom, _GRID_DEG, mode="pointwise")
    if one.sign is not None:
        geom = geom.representative_point()
    told: dict[str, Any] = {"words": one.words, "rows": [list(row) for row in one.rows]}
    if one.sign is not None:
        told |= {"sign": one.sign, "px": one.size_mm * _PX_PER_MM}
        told |= {"look": {"fill": one.ink.fill, "line": one.ink.line}}
    geometry = json.loads(shapely.to_geojson(geom))
    return {"type": "Feature", "id": str(number), "properties": clean(told), "geometry": geometry}


def _look(ink: Ink) -> dict[str, Any]:
    """An ink in the words of Leaflet; a hatch is a pattern that the page's script makes."""
    look: dict[str, Any] = {
        "stroke": ink.line is not None,
        "color": ink.line or "#333333",
        "weight": round(ink.width_mm * _PX_PER_MM, 2),
        "fill": True,
        "fillColor": ink.fill or "#ffffff",
        "fillOpacity": ink.fill_opacity if ink.fill else 0.01,
    }
    if ink.dash:
        look["dashArray"] = " ".join(f"{d * _PX_PER_MM:.1f}" for d in ink.dash)
    if ink.hatch != "none":
        look |= {"className": f"hatch-{ink.hatch}", "hatchFill": ink.fill or "#ffffff"}
    return look


def _plain(content: Content) -> dict[str, Any]:
    plain = {
        "title": content.title, "subtitle": content.subtitle, "banner": list(content.banner),
        "legend_title": content.legend_title, "has_map": bool(content.layers),
        "parts": [p.to_plain() for p in (*content.before, *content.parts)],
        "source": content.source, "data_on": content.data_on.isoformat(),
        "review": content.review_number or "____________",
    }  # fmt: skip
    cleaned: dict[str, Any] = clean(plain)
    cleaned["legend"] = [
        {"svg": _as_is(entry.to_svg()), "words": clean(entry.words)} for entry in content.legend
    ]
    return cleaned


@cache
def _leaflet() -> str:
    text = (STATIC_DIR / "vendor" / "leaflet" / "leaflet.js").read_text("utf-8")
    text = re.sub(r"//# sourceMappingURL=\S+", "", text)
    assert "</script" not in text
    return text


@cache
def _css() -> str:
    """Leaflet's style without its pictures, then ours."""
    leaflet = (STATIC_DIR / "vendor" / "leaflet" / "leaflet.css").read_text("utf-8")
    return _LINK.sub("none", leaflet) + _own("hand_out.css")


@cache
def _own(name: str) -> str:
    return (_HERE / name).read_text("utf-8")
