"""The coordinate doctor on a second set, made in another way than the first: never sure and wrong.

Nothing here uses PROJ: the Gauss–Krüger numbers come from Krüger's series to the sixth order of n
(Karney 2011, eq. 10-11 and 35), GCJ-02 and BD-09 from their published formulas written out again.
The towns are those of the five demo places, as smooth ovals on which nothing tells 500 m.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import shapely
from pyproj import CRS

from layers.demo.places import get_place, list_places
from layers.importers.coordinates import diagnose
from layers.importers.coordinates.keys import datum_of, same_projection

Floats = np.ndarray
GRS80, KRASSOWSKY, IAG75 = (6378137.0, 298.257222101), (6378245.0, 298.3), (6378140.0, 298.257)
EDGE_TOWNS = {
    "zone_edge_112": (112.5, 41.2),
    "zone_edge_118": (118.5, 43.6),
    "six_120": (120.0, 45.6),
}


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """``truth`` None: no one reading is right.  ``tells``: something in it tells it from others."""

    name: str
    family: str
    truth: str | None
    xy: Floats
    outline: shapely.Polygon
    prj: str | None = None
    layers: tuple[Floats, ...] = ()
    tells: bool = True


def kruger(lng: Floats, lat: Floats, meridian: float, ellipsoid: tuple[float, float]) -> Floats:
    """Easting (with 500 km) and northing on a meridian, scale 1."""
    a, f = ellipsoid[0], 1 / ellipsoid[1]
    n, e = f / (2 - f), math.sqrt(f * (2 - f))
    radius = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64 + n**6 / 256)
    alpha = (
        n / 2 - 2 / 3 * n**2 + 5 / 16 * n**3 + 41 / 180 * n**4 - 127 / 288 * n**5,
        13 / 48 * n**2 - 3 / 5 * n**3 + 557 / 1440 * n**4 + 281 / 630 * n**5,
        61 / 240 * n**3 - 103 / 140 * n**4 + 15061 / 26880 * n**5,
        49561 / 161280 * n**4 - 179 / 168 * n**5,
        34729 / 80640 * n**5,
    )
    phi, lam = np.radians(lat), np.radians(lng - meridian)
    tau = np.tan(phi)
    sigma = np.sinh(e * np.arctanh(e * tau / np.hypot(1, tau)))
    tau = tau * np.hypot(1, sigma) - sigma * np.hypot(1, tau)
    xi = np.arctan2(tau, np.cos(lam))
    eta = np.arcsinh(np.sin(lam) / np.hypot(tau, np.cos(lam)))
    north, east = xi.copy(), eta.copy()
    for j, share in enumerate(alpha, start=1):
        north += share * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        east += share * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    return np.column_stack([500_000 + radius * east, radius * north])


def gcj(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The published obfuscation of web maps, once more from its formula."""
    x, y, p = lng - 105.0, lat - 35.0, math.pi
    common = (20 * np.sin(6 * x * p) + 20 * np.sin(2 * x * p)) * 2 / 3
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + common
        + (20 * np.sin(y * p) + 40 * np.sin(y / 3 * p)) * 2 / 3
        + (160 * np.sin(y / 12 * p) + 320 * np.sin(y * p / 30)) * 2 / 3
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + common
        + (20 * np.sin(x * p) + 40 * np.sin(x / 3 * p)) * 2 / 3
        + (150 * np.sin(x / 12 * p) + 300 * np.sin(x / 30 * p)) * 2 / 3
    )  # fmt: skip
    a, ee = 6378245.0, 0.00669342162296594323
    magic = 1 - ee * np.sin(np.radians(lat)) ** 2
    north = np.degrees(north * magic * np.sqrt(magic) / (a * (1 - ee)))
    east = np.degrees(east * np.sqrt(magic) / (a * np.cos(np.radians(lat))))
    return lng + east, lat + north


def bd(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Baidu's own shift on top of it."""
    x, y = gcj(lng, lat)
    k = math.pi * 3000 / 180
    z = np.hypot(x, y) + 2e-5 * np.sin(y * k)
    theta = np.arctan2(y, x) + 3e-6 * np.cos(x * k)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def old_degrees(lng: Floats, lat: Floats, ellipsoid: tuple[float, float]) -> tuple[Floats, Floats]:
    """Degrees on an old ellipsoid whose centre lies a made-up 150 m away."""
    a, f = GRS80[0], 1 / GRS80[1]
    ee = f * (2 - f)
    phi, lam = np.radians(lat), np.radians(lng)
    n = a / np.sqrt(1 - ee * np.sin(phi) ** 2)
    x, y = n * np.cos(phi) * np.cos(lam) - 21, n * np.cos(phi) * np.sin(lam) + 131
    z = n * (1 - ee) * np.sin(phi) + 74
    f = 1 / ellipsoid[1]
    ee, p = f * (2 - f), np.hypot(x, y)
    phi = np.arctan2(z, p * (1 - ee))
    for _ in range(8):
        n = ellipsoid[0] / np.sqrt(1 - ee * np.sin(phi) ** 2)
        phi = np.arctan2(z + ee * n * np.sin(phi), p)
    return np.degrees(np.arctan2(y, x)), np.degrees(phi)


def own_meridian(lng: float) -> int:
    return round(lng / 3) * 3


def towns() -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """Middle and half size in km: the demo places, a tiny town, and three on edges of zones."""
    found = {
        place: (get_place(place).centre, get_place(place).half_size_km) for place in list_places()
    }
    small = {name: (at, (6.0, 5.0)) for name, at in EDGE_TOWNS.items()}
    return {**found, **small, "tiny": ((110.3, 39.7), (1.5, 1.0))}


def oval(middle: tuple[float, float], half_km: tuple[float, float]) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    k = 111.32 * math.cos(math.radians(middle[1]))
    return shapely.Polygon(
        np.column_stack([
            middle[0] + half_km[0] / k * np.cos(angle),
            middle[1] + half_km[1] / 111.2 * np.sin(angle),
        ])
    )  # fmt: skip


def spread(rng: np.random.Generator, outline: shapely.Polygon, count: int, reach: float) -> Floats:
    """Places round a spot inside, within ``reach`` of the half size."""
    west, south, east, north = outline.bounds
    middle, half = (
        np.array([west + east, south + north]) / 2,
        np.array([east - west, north - south]) / 2,
    )
    spot = middle + half * rng.uniform(-0.3, 0.3, 2)
    return np.round(spot + half * rng.uniform(-reach, reach, (count, 2)), 8)


def make_files() -> Iterator[File]:
    for number, (town, (middle, half)) in enumerate(towns().items()):
        rng = np.random.default_rng([20260404, number])
        outline = oval(middle, half)
        own = own_meridian(middle[0])
        for count, reach in ((1, 0.0), (4, 0.05), (60, 0.4)):
            at = spread(rng, outline, count, reach)
            lng, lat = at.T
            label = f"{town} {count}"
            for family, xy, truth in (
                ("degrees", at, "EPSG:4490"),
                ("gcj02", np.column_stack(gcj(lng, lat)), "gcj02"),
                ("bd09", np.column_stack(bd(lng, lat)), "bd09"),
            ):
                stated = CRS.from_epsg(4490).to_wkt("WKT1_ESRI") if count % 2 else None
                told = family == "degrees"
                yield File(f"{label} {family}", family, truth, xy, outline, stated, tells=told)
                yield File(f"{label} {family} swapped", family, truth + "+swapped", xy[:, ::-1],
                           outline, tells=told)  # fmt: skip
            xy = kruger(lng, lat, own, GRS80)
            plain, beside = f"EPSG:{4534 + (own - 75) // 3}", f"EPSG:{4534 + (own - 72) // 3}"
            prefixed = f"EPSG:{4513 + own // 3 - 25}"
            at_prefix = xy + np.array([own // 3 * 1e6, 0])
            yield File(f"{label} zone", "zone", plain, xy, outline)
            yield File(f"{label} zone swapped", "zone", plain + "+swapped", xy[:, ::-1], outline)
            yield File(f"{label} prefix", "prefix", prefixed, at_prefix, outline)
            yield File(f"{label} prefix, .prj beside", "wrong .prj", prefixed, at_prefix, outline,
                       _wkt(f"EPSG:{4513 + own // 3 - 24}"))  # fmt: skip
            yield File(f"{label} zone, .prj beside", "wrong .prj", plain, xy, outline, _wkt(beside))
            yield File(f"{label} zone, .prj degrees", "wrong .prj", plain, xy, outline,
                       _wkt("EPSG:4490"))  # fmt: skip
            yield File(f"{label} zone swapped, .prj", "wrong .prj", plain + "+swapped",
                       xy[:, ::-1], outline, _wkt(plain))  # fmt: skip
            # drawn over a web map, then written in the town's zone: its .prj tells no lie it knows
            drawn = kruger(*gcj(lng, lat), own, GRS80)
            yield File(f"{label} gcj02 in a zone, .prj", "gcj02 zone", "gcj02@" + plain[5:],
                       drawn, outline, _wkt(plain), tells=False)  # fmt: skip
            for name, ellipsoid in (("xian80", IAG75), ("beijing54", KRASSOWSKY)):
                old = kruger(*old_degrees(lng, lat, ellipsoid), own, ellipsoid)
                yield File(f"{label} {name}, .prj of CGCS2000", "old datum", name, old, outline,
                           _wkt(plain), tells=False)  # fmt: skip
            if count >= 15:
                other = kruger(lng, lat, own + 3, GRS80)
                half_of = np.arange(count) % 2 == 0
                yield File(f"{label} two zones in one", "mixed", None,
                           np.where(half_of[:, None], xy, other), outline)  # fmt: skip
                yield File(f"{label} degrees and metres", "mixed", None,
                           np.where(half_of[:, None], xy, at), outline)  # fmt: skip
                yield File(f"{label} degrees and gcj02", "mixed", None,
                           np.where(half_of[:, None], np.column_stack(gcj(lng, lat)), at), outline,
                           tells=False)  # fmt: skip
                # what is in already and stands in the file again tells everything
                anchors = (np.vstack([at, spread(rng, outline, 300, 0.6)]),)
                yield File(f"{label} gcj02, known", "gcj02 known", "gcj02",
                           np.column_stack(gcj(lng, lat)), outline, layers=anchors)  # fmt: skip
                yield File(f"{label} bd09, known", "bd09 known", "bd09",
                           np.column_stack(bd(lng, lat)), outline, layers=anchors)  # fmt: skip
                yield File(f"{label} zone, known", "zone known", plain, xy, outline, _wkt(plain),
                           anchors)  # fmt: skip
                yield File(f"{label} gcj02 in a zone, known", "gcj02 zone known",
                           "gcj02@" + plain[5:], drawn, outline, _wkt(plain), anchors)  # fmt: skip


def _wkt(key: str) -> str:
    return CRS.from_user_input(key).to_wkt("WKT1_ESRI")


def is_right(key: str, truth: str | None) -> bool:
    if truth in ("xian80", "beijing54"):
        return datum_of(key) in ("xian80", "beijing54")
    return truth is not None and same_projection(key) == same_projection(truth)


def test_second_set_is_never_sure_of_a_wrong_answer(capsys: pytest.CaptureFixture[str]) -> None:
    table: Counter[tuple[str, str]] = Counter()
    wrong_sure, wrong_first = [], []
    for file in make_files():
        told = diagnose(file.xy, prj_text=file.prj, outline=file.outline, layers=file.layers)
        right = bool(told.candidates) and is_right(told.candidates[0].key, file.truth)
        shown = any(is_right(c.key, file.truth) for c in told.candidates)
        table[file.family, "files"] += 1
        table[file.family, "first"] += right
        table[file.family, "shown"] += shown
        table[file.family, "sure"] += told.sure
        if file.truth is not None and file.tells:
            table["all that tell", "files"] += 1
            table["all that tell", "first"] += right
            if not right:
                wrong_first.append(file.name)
        if told.sure and not right:
            wrong_sure.append(file.name)
    with capsys.disabled():
        print()
        for family in sorted({family for family, _ in table}):
            print(
                "  ",
                family,
                {what: table[family, what] for f, what in sorted(table) if f == family},
            )
        for name in wrong_first:
            print("   wrong first:", name)
        for name in wrong_sure:
            print("   SURE AND WRONG:", name)
    assert sum(n for (family, what), n in table.items() if what == "files") >= 400
    assert wrong_sure == []
    assert table["all that tell", "first"] >= 0.95 * table["all that tell", "files"]
