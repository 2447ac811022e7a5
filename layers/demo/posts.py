"""Post kinds, posts, officers, holdings and leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .people import duty_phones, synthetic_names
from .places import DemoPlace
from .streams import layer_stream

POST_KINDS: tuple[tuple[str, str, str], ...] = (
    ("grid_leader", "网格长", "grid leader"),
    ("full_time_worker", "专职网格员", "full-time grid worker"),
    ("part_time_worker", "兼职网格员", "part-time grid worker"),
    ("household_cluster_leader", "联户长", "household-cluster leader"),
    ("building_head", "楼栋长", "building head"),
    ("village_leader", "村（社区）负责人", "village leader"),
    ("department_worker", "部门工作人员", "department worker"),
    ("judge", "法官", "judge"),
    ("prosecutor", "检察官", "prosecutor"),
    ("police", "民警", "police officer"),
    ("lawyer", "律师", "lawyer"),
    ("resident_unit", "驻地单位", "resident unit"),
    ("responsible_leader", "包联领导", "responsible leader"),
    ("volunteer", "志愿者", "volunteer"),
    ("deputy", "代理人", "deputy"),
    ("township_centre", "综治中心", "governance centre"),
    ("county_centre", "旗县综治中心", "county governance centre"),
    ("work_group_relocation", "征迁专班", "relocation work group"),
    ("work_group_mine_village", "企地专班", "mine–village work group"),
)

_FIRST_DAY = date(2023, 11, 1)
_HANDOVER_ON = date(2025, 7, 1)
_LEAVE_FROM_ON = date(2026, 10, 20)
_VACANT = 0.03
_ON_LEAVE = 0.035
_HANDED_OVER = 0.06
_SECOND_POST = 0.02


@dataclass(frozen=True)
class _Rule:
    """Posts of one kind at one sort of cell; ``share`` of those cells have ``each`` of them."""

    where: str
    kind: str
    each: int = 1
    share: float = 1.0
    lives: str = ""  # "here": head of a household in the cell; "often": for most of them
    may_be_vacant: bool = True


_RULES = (
    _Rule("centre", "township_centre", may_be_vacant=False),
    _Rule("centre", "work_group_relocation"),
    _Rule("centre", "work_group_mine_village"),
    _Rule("centre", "judge"),
    _Rule("centre", "prosecutor"),
    _Rule("centre", "police", each=2),
    _Rule("centre", "lawyer"),
    _Rule("centre", "department_worker", each=6),
    _Rule("village", "village_leader", lives="often"),
    _Rule("village", "deputy", lives="often"),
    _Rule("village", "responsible_leader"),
    _Rule("village", "volunteer", lives="often"),
    _Rule("village", "resident_unit", share=0.3),
    _Rule("base", "grid_leader", lives="often"),
    _Rule("base", "full_time_worker", lives="often"),
    _Rule("base", "part_time_worker", share=0.2, lives="often"),
    _Rule("base", "deputy", share=0.3, lives="often"),
    _Rule("town_base", "building_head", each=2, lives="here"),
    _Rule("micro", "household_cluster_leader", lives="here"),
)


@dataclass
class _Draft:
    post_cell: list[int] = field(default_factory=list)
    post_kind: list[str] = field(default_factory=list)
    household: list[int] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    holdings: list[tuple[int, int, date, date | None]] = field(default_factory=list)


def build_posts(
    place: DemoPlace, cells: gpd.GeoDataFrame, households: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Tables ``post_kinds``, ``posts``, ``officers``, ``holdings``, ``leaves``.

    About 3 % of the posts are vacant and about 3.5 % of the officers on leave around the end of
    the demo period; every centre is held.  Household-cluster leaders are heads of a household of
    their own cell.
    """
    rng = layer_stream(place.seed, "posts")
    homes = _Homes(place, cells, households)
    draft = _Draft()
    for rule in _RULES:
        for cell in _where(place, cells, rule.where):
            if rule.share < 1 and rng.random() > rule.share:
                continue
            for _ in range(_how_many(place, rule, cell)):
                _fill(draft, rule, cell, homes, rng)
    officers = _officers(draft, rng)
    return {
        "post_kinds": pd.DataFrame(POST_KINDS, columns=["kind", "name_zh", "name_en"]),
        "posts": pd.DataFrame(
            {
                "key": np.arange(len(draft.post_cell)),
                "cell_key": draft.post_cell,
                "kind": draft.post_kind,
            }
        ),
        "officers": officers,
        "holdings": _dated(draft.holdings, ["post_key", "officer_key", "from_on", "to_on"]),
        "leaves": _leaves(draft, rng),
    }


class _Homes:
    """Rows of ``households`` by any of their ancestor cells; each household is given once."""

    def __init__(self, place: DemoPlace, cells: gpd.GeoDataFrame, households: pd.DataFrame) -> None:
        parent = cells["parent_key"].to_numpy()
        here = households["micro_key"].to_numpy()
        self._rows: dict[int, list[int]] = {}
        for _ in range(len(place.levels) - place.village_rank + 1):
            order = np.argsort(here, kind="stable")
            found, first = np.unique(here[order], return_index=True)
            for cell, rows in zip(found, np.split(order, first[1:]), strict=True):
                self._rows[int(cell)] = rows.tolist()
            here = parent[here]
        self._heads = households["head_name"].tolist()
        self._taken: set[int] = set()

    def take(self, cell: int, rng: np.random.Generator) -> tuple[int, str]:
        """A household not taken before and its head, or (-1, "")."""
        rows = self._rows.get(cell, [])
        for _ in range(20):
            row = rows[int(rng.integers(len(rows)))] if rows else -1
            if row >= 0 and row not in self._taken:
                self._taken.add(row)
                return row, self._heads[row]
        return -1, ""


def _where(place: DemoPlace, cells: gpd.GeoDataFrame, sort: str) -> list[int]:
    rank, key = cells["rank"], cells["key"]
    village, deepest = place.village_rank, len(place.levels)
    if sort == "centre":
        return list(key[rank < village])
    if sort == "village":
        return list(key[rank == village])
    if sort == "base":
        return list(key[rank == village + 1])
    if sort == "town_base":
        in_town = cells["name"].str.contains("社区")
        return list(key[(rank == village + 1) & in_town])
    return list(key[(rank == deepest) & (deepest == village + 2)])


def _how_many(place: DemoPlace, rule: _Rule, cell: int) -> int:
    if rule.kind == "work_group_mine_village" and place.kind_profile == "rural":
        return 0
    if rule.kind == "department_worker" and place.department_workers:
        return place.department_workers if cell == 0 else 0
    return rule.each


def _fill(draft: _Draft, rule: _Rule, cell: int, homes: _Homes, rng: np.random.Generator) -> None:
    post = len(draft.post_cell)
    draft.post_cell.append(cell)
    draft.post_kind.append(rule.kind)
    if rule.may_be_vacant and rng.random() < _VACANT:
        return
    if rule.lives == "often" and draft.household and rng.random() < _SECOND_POST:
        draft.holdings.append((post, len(draft.household) - 1, _FIRST_DAY, None))
        return
    from_on = _FIRST_DAY
    if rng.random() < _HANDED_OVER:
        before = _hire(draft, (-1, ""))
        draft.holdings.append((post, before, from_on, _HANDOVER_ON))
        from_on = _HANDOVER_ON
    at_home = rule.lives == "here" or (rule.lives == "often" and rng.random() < 0.7)
    officer = _hire(draft, homes.take(cell, rng) if at_home else (-1, ""))
    draft.holdings.append((post, officer, from_on, None))


def _hire(draft: _Draft, home: tuple[int, str]) -> int:
    draft.household.append(home[0])
    draft.head.append(home[1])
    return len(draft.household) - 1


def _officers(draft: _Draft, rng: np.random.Generator) -> pd.DataFrame:
    count = len(draft.household)
    made_up = synthetic_names(rng, count).tolist()
    return pd.DataFrame(
        {
            "key": np.arange(count),
            "name": [head or other for head, other in zip(draft.head, made_up, strict=True)],
            "duty_phone": duty_phones(count),
            "household_key": draft.household,
        }
    )


def _leaves(draft: _Draft, rng: np.random.Generator) -> pd.DataFrame:
    centre = {
        officer
        for post, officer, _, _ in draft.holdings
        if draft.post_kind[post] == "township_centre"
    }
    rows: list[tuple[int, date, date]] = []
    for officer in range(len(draft.household)):
        away = rng.random() < _ON_LEAVE
        days = int(rng.integers(60, 160))
        if away and officer not in centre:
            rows.append((officer, _LEAVE_FROM_ON, _LEAVE_FROM_ON + timedelta(days=days)))
    return _dated(rows, ["officer_key", "from_on", "to_on"])


def _dated(rows: list[tuple[Any, ...]], columns: list[str]) -> pd.DataFrame:
    """Dates stay ``datetime.date`` or None (object columns)."""
    return pd.DataFrame(
        {
            name: pd.Series([row[i] for row in rows], dtype=object if name[-3:] == "_on" else None)
            for i, name in enumerate(columns)
        }
    )
