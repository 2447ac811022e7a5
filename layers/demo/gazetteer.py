"""Service points and the place names that people use, "the gully behind the mine" among them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .ancestry import ancestors_at
from .cells import Ground
from .pinyin import pinyin_initials
from .places import DemoPlace
from .plane import LocalPlane
from .streams import layer_stream

_OPENING = "周一至周五 8:30–12:00，14:30–17:30"
_FEATURES = (("沟", "gully"), ("梁", "ridge"), ("峁", "hill"), ("滩", "flat"), ("渠", "channel"))
_STEMS = [
    "前",
    "后",
    "东",
    "西",
    "南",
    "北",
    "上",
    "下",
    "大",
    "小",
    "黑",
    "白",
    "红",
    "柳树",
    "杏树",
    "石",
    "井",
    "庙",
    "马家",
    "刘家",
    "王家",
    "高家",
]
_MINE_GULLY = ("矿后沟", ["矿后头那道沟", "煤矿后面的沟"])


def build_service_points(
    place: DemoPlace, cells: gpd.GeoDataFrame, households: pd.DataFrame
) -> pd.DataFrame:
    """``service_points``: a talking room per village, centres above, mobile stations in pasture."""
    rng = layer_stream(place.seed, "service_points")
    middle = village_middles(place, cells, households)
    names = cells["name"].to_numpy(object)
    rows: list[tuple[str, str, float, float, str]] = []
    for cell in cells.loc[cells["rank"] < place.village_rank, "key"].tolist():
        below = ancestors_at(cells, middle.index.to_numpy(), int(cells["rank"].iloc[cell]))
        inside = middle[below == cell]
        if not inside.empty:
            lng, lat = _most_central(inside)
            rows.append(("governance_centre", f"{names[cell]}综治中心", lng, lat, _OPENING))
            rows.append(
                ("court_station", f"{names[cell]}巡回审判点", lng, lat, "每周二 9:00–12:00")
            )
            rows.append(("police_station", f"{names[cell]}派出所", lng, lat, "全天"))
    for village, (lng, lat) in zip(middle.index, middle.to_numpy().tolist(), strict=True):
        rows.append(("talking_room", f"{names[village]}说事室", lng, lat, "每日 9:00–17:00"))
        if place.kind_profile == "pastoral" and rng.random() < 0.3:
            rows.append(("mobile_station", f"{names[village]}乌日特", lng, lat, "逢十流动服务"))
    frame = pd.DataFrame(rows, columns=["kind", "name", "lng", "lat", "opening_zh"])
    frame.insert(0, "key", np.arange(len(frame)))
    return frame


def village_middles(
    place: DemoPlace, cells: gpd.GeoDataFrame, households: pd.DataFrame
) -> pd.DataFrame:
    """Per village key the (lng, lat) of the household nearest to the median household."""
    village = ancestors_at(cells, households["micro_key"].to_numpy(), place.village_rank)
    at = households[["lng", "lat"]].assign(village=village)
    median = at.groupby("village")[["lng", "lat"]].transform("median")
    at["away"] = np.hypot(at["lng"] - median["lng"], at["lat"] - median["lat"])
    nearest = at.groupby("village")["away"].idxmin()
    return at.loc[nearest].set_index("village")[["lng", "lat"]]


def _most_central(points: pd.DataFrame) -> tuple[float, float]:
    # the densest village, where the town is: smallest median distance to the others
    lng, lat = points.to_numpy().T
    away = np.median(np.hypot(lng[:, None] - lng, lat[:, None] - lat), axis=1)
    row = int(away.argmin())
    return float(lng[row]), float(lat[row])


def build_place_names(
    place: DemoPlace,
    cells: gpd.GeoDataFrame,
    ground: Ground,
    zones: gpd.GeoDataFrame,
    middles: pd.DataFrame,
) -> pd.DataFrame:
    """``place_names``: villages, their old centres, land forms, mines; ``aliases`` are lists."""
    rng = layer_stream(place.seed, "place_names")
    names = cells["name"].to_numpy(object)
    rows: list[tuple[str, list[str], str, float, float]] = []
    for village, (lng, lat) in zip(middles.index, middles.to_numpy().tolist(), strict=True):
        stem = names[village].removesuffix("村").removesuffix("嘎查").removesuffix("社区")
        rows.append((names[village], [stem] if stem != names[village] else [], "village", lng, lat))
    rows += _features(place, ground, len(middles), rng)
    rows += _mines(place, zones)
    frame = pd.DataFrame(rows, columns=["name", "aliases", "kind", "lng", "lat"])
    frame.insert(0, "key", np.arange(len(frame)))
    frame["pinyin_initials"] = [pinyin_initials(name) for name in frame["name"]]
    return frame


def _features(
    place: DemoPlace, ground: Ground, villages: int, rng: np.random.Generator
) -> list[tuple[str, list[str], str, float, float]]:
    plane = LocalPlane(*place.centre)
    chosen = rng.choice(ground.mesh.leaf_count, size=min(3 * villages, 400), replace=False)
    at = plane.to_degrees(ground.mesh.seeds[np.sort(chosen)])
    rows: list[tuple[str, list[str], str, float, float]] = []
    for lng, lat in at.tolist():
        suffix, kind = _FEATURES[int(rng.integers(len(_FEATURES)))]
        stem = _STEMS[int(rng.integers(len(_STEMS)))]
        rows.append((f"{stem}{suffix}", [f"{stem}{suffix}里"], kind, lng, lat))
    return rows


def _mines(
    place: DemoPlace, zones: gpd.GeoDataFrame
) -> list[tuple[str, list[str], str, float, float]]:
    plane = LocalPlane(*place.centre)
    rows: list[tuple[str, list[str], str, float, float]] = []
    pits = zones[zones["kind"] == "open_pit"]
    for number, (name, geom) in enumerate(zip(pits["name"], pits["geom"], strict=True)):
        middle = shapely.get_coordinates(shapely.centroid(geom))[0].tolist()
        rows.append((name, [name.removesuffix("露天矿坑") + "矿"], "mine", *middle))
        if number == 0:
            # behind: just past the pit's northern edge
            _, _, _, north = shapely.bounds(geom).tolist()
            rim = plane.from_degrees(np.array([[middle[0], north]]))
            behind = plane.to_degrees(rim + np.array([0.0, 250.0]))
            rows.append((*_MINE_GULLY, "gully", *behind[0].tolist()))
    return rows
