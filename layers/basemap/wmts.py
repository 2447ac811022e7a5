"""Tiles of a WMTS (OGC 07-057r7), and of Tianditu, which is one: asked for by the server.

Tiles of the map are EPSG:3857.  A service whose matrices are in degrees only (EPSG:4490) is
refused: its tiles have other edges, and stretching them would move what lies in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from grid_boundaries.errors import InvalidInput
from layers.basemap.source import BasemapTile, Described, find_media_type
from layers.tiles.address import MAX_ZOOM, TileAddress

# The bytes behind an address; raises WanggeError ``basemap.unreachable``.
Fetch = Callable[[str], bytes]
_NS: Final = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_MERCATOR: Final = ("3857", "900913", "102100")
_DENOMINATOR_0: Final = 559082264.0287178
_HALF_M: Final = 20037508.342789244
_PICTURES: Final = ("image/png", "image/jpeg", "image/jpgpng", "image/webp")
TIANDITU_LAYERS: Final = ("vec", "img", "ter")


@dataclass(frozen=True, slots=True)
class Wmts:
    """How the tiles of one layer are asked for."""

    template: str
    matrices: dict[int, str]


def read_capabilities(document: bytes, address: str, layer: str | None) -> Wmts:
    """The layer (the first without a name) in a matrix set of EPSG:3857.

    Raises InvalidInput ``basemap.wmts_unreadable`` / ``basemap.wmts_layer`` /
    ``basemap.wmts_only_degrees``.
    """
    try:
        root = fromstring(document)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InvalidInput("basemap.wmts_unreadable") from error
    offered = root.findall("w:Contents/w:Layer", _NS)
    names = [_text(one, "o:Identifier") for one in offered]
    chosen = next((one for one in offered if layer in (None, _text(one, "o:Identifier"))), None)
    if chosen is None:
        raise InvalidInput("basemap.wmts_layer", known=names[:20])
    sets = {_text(one, "o:Identifier"): one for one in root.findall("w:Contents/w:TileMatrixSet",
                                                                    _NS)}  # fmt: skip
    linked = [_text(one, "w:TileMatrixSet") for one in chosen.findall("w:TileMatrixSetLink", _NS)]
    for name in linked:
        if name in sets and _text(sets[name], "o:SupportedCRS").endswith(_MERCATOR):
            matrices = _read_matrices(sets[name])
            if matrices:
                return Wmts(_find_template(root, chosen, name, address), matrices)
    systems = sorted({_text(sets[name], "o:SupportedCRS")[-40:] for name in linked if name in sets})
    raise InvalidInput("basemap.wmts_only_degrees", systems=systems)


def _read_matrices(matrix_set: Element) -> dict[int, str]:
    """Zoom → identifier of the matrices that are those of the map, to a thousandth."""
    found = {}
    for matrix in matrix_set.findall("w:TileMatrix", _NS):
        try:
            denominator = float(_text(matrix, "w:ScaleDenominator"))
            corner = [float(part) for part in _text(matrix, "w:TopLeftCorner").split()]
            sides = [int(_text(matrix, name)) for name in ("w:TileWidth", "w:TileHeight")]
        except ValueError:
            continue
        for zoom in range(MAX_ZOOM + 1):
            fits = abs(denominator * 2**zoom / _DENOMINATOR_0 - 1) < 1e-3
            at_corner = len(corner) == 2 and abs(corner[0] + _HALF_M) < 1 > abs(corner[1] - _HALF_M)
            if fits and at_corner and sides == [256, 256]:
                found[zoom] = _text(matrix, "o:Identifier")
    return found


def _find_template(root: Element, layer: Element, matrix_set: str, address: str) -> str:
    """RESTful where offered, else key-value; matrix, row and column stay open."""
    style = next((_text(one, "o:Identifier") for one in layer.findall("w:Style", _NS)), "default")
    offered = [_text(one, ".") for one in layer.findall("w:Format", _NS)]
    media_type = next((one for one in _PICTURES if one in offered), "image/png")
    for resource in layer.findall("w:ResourceURL", _NS):
        if resource.get("resourceType") == "tile" and resource.get("format") in _PICTURES:
            return _keep_host(
                str(resource.get("template"))
                .replace("{Style}", quote(style))
                .replace("{style}", quote(style))
                .replace("{TileMatrixSet}", quote(matrix_set)),
                address,
            )
    base = address.partition("?")[0]
    for operation in root.findall("o:OperationsMetadata/o:Operation", _NS):
        get = operation.find("o:DCP/o:HTTP/o:Get", _NS)
        if operation.get("name") == "GetTile" and get is not None:
            base = str(get.get(_HREF)).rstrip("?&")
    query = urlencode({
        "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0",
        "LAYER": _text(layer, "o:Identifier"), "STYLE": style, "FORMAT": media_type,
        "TILEMATRIXSET": matrix_set,
    })  # fmt: skip
    joined = "&" if "?" in base else "?"
    rest = "TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}"
    return _keep_host(f"{base}{joined}{query}&{rest}", address)


def _keep_host(template: str, address: str) -> str:
    """The template on the host that the settings name: a document sends the server nowhere else."""
    asked, found = urlsplit(address), urlsplit(template)
    return found._replace(scheme=asked.scheme, netloc=asked.netloc).geturl()


def _text(node: Element, path: str) -> str:
    found = node if path == "." else node.find(path, _NS)
    return "" if found is None or found.text is None else found.text.strip()


class WmtsMap:
    """A WMTS of the intranet; its capabilities are read once, anew after a failure."""

    def __init__(self, address: str, layer: str | None, fetch: Fetch) -> None:
        self._address, self._layer, self._fetch = address, layer, fetch
        self._read: Wmts | None = None

    def describe(self) -> Described:
        """What ``read_capabilities`` and ``fetch`` raise."""
        zooms = self._get().matrices
        return Described("wmts", "raster", min(zooms), max(zooms))

    def read_tile(self, at: TileAddress) -> BasemapTile | None:
        """The picture of the service; None at a zoom that it does not have."""
        wmts = self._get()
        if at.z not in wmts.matrices:
            return None
        return _fetch_picture(
            self._fetch,
            wmts.template.replace("{TileMatrix}", quote(wmts.matrices[at.z]))
            .replace("{TileRow}", str(at.y))
            .replace("{TileCol}", str(at.x)),
        )

    def _get(self) -> Wmts:
        if self._read is None:
            document = self._fetch(self._address)
            self._read = read_capabilities(document, self._address, self._layer)
        return self._read


class Tianditu:
    """天地图 through this server; the key stays here.  Its tiles need no offset."""

    def __init__(self, layer: str, base: str, key: str, fetch: Fetch) -> None:
        self._layer, self._base, self._key, self._fetch = layer, base.rstrip("/"), key, fetch

    def describe(self) -> Described:
        """InvalidInput ``basemap.tianditu_key`` without a key, ``basemap.tianditu_layer``."""
        if self._layer not in TIANDITU_LAYERS:
            raise InvalidInput("basemap.tianditu_layer", known=list(TIANDITU_LAYERS))
        if not self._key:
            raise InvalidInput("basemap.tianditu_key")
        return Described("tianditu", "raster", 1, 14 if self._layer == "ter" else MAX_ZOOM)

    def read_tile(self, at: TileAddress) -> BasemapTile | None:
        """The picture of the service in its matrix set ``w`` (EPSG:3857)."""
        query = urlencode({
            "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": self._layer,
            "STYLE": "default", "TILEMATRIXSET": "w", "FORMAT": "tiles", "TILEMATRIX": at.z,
            "TILEROW": at.y, "TILECOL": at.x, "tk": self._key,
        })  # fmt: skip
        return _fetch_picture(self._fetch, f"{self._base}/{self._layer}_w/wmts?{query}")


def _fetch_picture(fetch: Fetch, address: str) -> BasemapTile | None:
    data = fetch(address)
    media_type = find_media_type(data)
    return None if media_type is None else BasemapTile(data, media_type)
