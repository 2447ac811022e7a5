"""The declared list of tile layers; levels of the grid are one layer each, named by their rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TileLayer:
    """``change`` is what ``layer_change`` calls its changes, ``by_scope`` whether the answer
    depends on who asks, ``by_day`` whether it depends on the day.
    """

    slug: str
    title_zh: str
    title_en: str
    change: str
    by_scope: bool = False
    by_day: bool = False


LAYERS: Mapping[str, TileLayer] = {
    layer.slug: layer
    for layer in (
        TileLayer("level", "网格", "grid level", "cell", by_day=True),
        TileLayer("claims", "地块", "parcels", "claim", by_scope=True),
        TileLayer("land-findings", "土地检查发现", "land findings", "land_finding", by_scope=True),
        TileLayer("cases", "事项", "cases", "case", by_scope=True),
        TileLayer("zones", "专题区", "zones", "zone", by_day=True),
        TileLayer("service-points", "服务点", "service points", "service_point"),
        TileLayer("villager-groups", "村民小组", "villager groups", "villager_group"),
    )
}
