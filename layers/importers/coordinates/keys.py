"""The coordinate systems that files of a Chinese town come in, each with a key and its labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SWAPPED: Final = "+swapped"
# each vertex by the zone number that its own easting begins with
OWN_PREFIX: Final = "cgcs2000:3"
PREFIXES_3: Final = range(25, 46)
_FIRST_ZONE_3: Final = 25
_FIRST_ZONE_6: Final = 13
# first EPSG number of zone 25 (3°) or 13 (6°): with prefix and without, by datum
_PREFIXED_3: Final = {"cgcs2000": 4513, "xian80": 2349, "beijing54": 2401}
_PLAIN_3: Final = {"cgcs2000": 4534, "xian80": 2370, "beijing54": 2422}
_PREFIXED_6: Final = {"cgcs2000": 4491, "xian80": 2327, "beijing54": 21413}
_PLAIN_6: Final = {"cgcs2000": 4502, "xian80": 2338, "beijing54": 21453}
_GEOGRAPHIC: Final = {"cgcs2000": "EPSG:4490", "xian80": "EPSG:4610", "beijing54": "EPSG:4214"}
_DATUM_ZH: Final = {"cgcs2000": "CGCS2000", "xian80": "西安80", "beijing54": "北京54"}
_DATUM_EN: Final = {"cgcs2000": "CGCS2000", "xian80": "Xi'an 80", "beijing54": "Beijing 54"}
OLD: Final = ("xian80", "beijing54")
# what is drawn over a web map is written in the zone of the place or one beside it
_GCJ_ZONE_REACH_DEG: Final = 4.0


@dataclass(frozen=True, slots=True)
class System:
    """``usual`` is the natural logarithm of how much likelier it is than a rare one."""

    key: str
    zh: str
    en: str
    datum: str
    usual: float
    is_zone: bool = False


def list_degree_systems() -> Iterator[System]:
    """Systems whose numbers are degrees."""
    yield System("EPSG:4490", "CGCS2000 经纬度（与 WGS 84 相同）", "CGCS2000 degrees (as WGS 84)",
                 "cgcs2000", 2.0)  # fmt: skip
    yield System("gcj02", "GCJ-02（高德、腾讯地图）", "GCJ-02 (Chinese web maps)", "gcj02", 1.0)
    yield System("bd09", "BD-09（百度地图）", "BD-09 (Baidu)", "bd09", 0.0)
    for datum in OLD:
        yield System(
            _GEOGRAPHIC[datum], f"{_DATUM_ZH[datum]} 经纬度", f"{_DATUM_EN[datum]} degrees",
            datum, -2.0,
        )  # fmt: skip


def list_prefixed_systems(prefix: int) -> Iterator[System]:
    """Systems whose eastings begin with this zone number."""
    for datum in _DATUM_ZH:
        usual = 2.0 if datum == "cgcs2000" else -1.0
        if _FIRST_ZONE_3 <= prefix <= 45:
            yield System(
                f"EPSG:{_PREFIXED_3[datum] + prefix - _FIRST_ZONE_3}",
                f"{_DATUM_ZH[datum]} 3 度带第 {prefix} 带（带号）",
                f"{_DATUM_EN[datum]} 3° zone {prefix} (prefix)", datum, usual, is_zone=True,
            )  # fmt: skip
        if _FIRST_ZONE_6 <= prefix <= 23:
            yield System(
                f"EPSG:{_PREFIXED_6[datum] + prefix - _FIRST_ZONE_6}",
                f"{_DATUM_ZH[datum]} 6 度带第 {prefix} 带（带号）",
                f"{_DATUM_EN[datum]} 6° zone {prefix} (prefix)", datum, usual - 1, is_zone=True,
            )  # fmt: skip


def own_prefix_system() -> System:
    """For one file over several 3° zones, as a league writes it."""
    return System(
        OWN_PREFIX, "CGCS2000 3 度带，每行按自己的带号",
        "CGCS2000 3° zones, each row by its own prefix", "cgcs2000", 1.0, is_zone=True,
    )  # fmt: skip


def srid_of_prefix(prefix: int) -> int:
    """SRID of the CGCS2000 3° zone of this number, eastings with prefix."""
    return _PREFIXED_3["cgcs2000"] + prefix - _FIRST_ZONE_3


def list_plain_systems(lng: float | None) -> Iterator[System]:
    """Systems in metres without prefix; ``lng`` keeps only meridians within 7° of the place.

    A 6° zone on the same meridian is the same projection as the 3° one and not named again.
    """
    for datum in _DATUM_ZH:
        usual = 2.0 if datum == "cgcs2000" else -1.0
        for number in range(21):
            meridian = 75 + 3 * number
            if lng is None or abs(meridian - lng) <= 7:
                yield System(
                    f"EPSG:{_PLAIN_3[datum] + number}",
                    f"{_DATUM_ZH[datum]} 3 度带 中央经线 {meridian}°",
                    f"{_DATUM_EN[datum]} 3° zone, central meridian {meridian}°",
                    datum, usual, is_zone=True,
                )  # fmt: skip
    for number in range(21):
        meridian = 75 + 3 * number
        if lng is not None and abs(meridian - lng) <= _GCJ_ZONE_REACH_DEG:
            yield System(
                f"gcj02@{_PLAIN_3['cgcs2000'] + number}",
                f"GCJ-02 描绘、按 3 度带 中央经线 {meridian}° 写出",
                f"drawn over a GCJ-02 map, written in the 3° zone of {meridian}°",
                "gcj02", -2.0, is_zone=True,
            )  # fmt: skip
    for zone in range(43, 54):
        meridian = zone * 6 - 183
        if lng is None or abs(meridian - lng) <= 7:
            yield System(
                f"EPSG:{32600 + zone}", f"WGS 84 UTM {zone}N 带", f"WGS 84 UTM zone {zone}N",
                "wgs84", -1.0, is_zone=True,
            )  # fmt: skip


def list_mercator_systems() -> Iterator[System]:
    """Web map metres."""
    yield System("EPSG:3857", "Web 墨卡托", "Web Mercator", "wgs84", 1.0)
    yield System("gcj02@3857", "Web 墨卡托（GCJ-02）", "Web Mercator of GCJ-02", "gcj02", 0.0)


def same_projection(key: str) -> str:
    """The key under which equal systems are one: WGS 84 degrees, 6° zones without prefix."""
    base = key.removesuffix(SWAPPED)
    tail = key[len(base) :]
    if base in ("EPSG:4326", "OGC:CRS84", "EPSG:4979", "EPSG:4490", "EPSG:4480"):
        return "EPSG:4490" + tail
    number = base.removeprefix("EPSG:")
    if number.isdecimal():
        for datum, first in _PLAIN_6.items():
            zone = int(number) - first
            if 0 <= zone <= 10:
                return f"EPSG:{_PLAIN_3[datum] + zone * 2}{tail}"
    return key


def datum_of(key: str) -> str | None:
    """The datum of a key of this module, None for others."""
    base = same_projection(key.removesuffix(SWAPPED))
    number = int(base.removeprefix("EPSG:")) if base.removeprefix("EPSG:").isdecimal() else -1
    for datum in _DATUM_ZH:
        if base == _GEOGRAPHIC[datum]:
            return datum
        for first, count in ((_PREFIXED_3[datum], 21), (_PLAIN_3[datum], 21),
                             (_PREFIXED_6[datum], 11)):  # fmt: skip
            if first <= number < first + count:
                return datum
    return None
