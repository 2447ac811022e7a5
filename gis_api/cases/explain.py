"""The plain ``why`` of a routing decision, in Chinese and English, from its stored reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gis_api.cases.placement import Placement
from gis_api.cases.routing import Decision

Titles = Mapping[str, tuple[str, str]]
Why = Mapping[str, Any]

HOW = {
    "inside": ("地点在“{name}”({code})内", "The place lies in {name} ({code})"),
    "border": (
        "地点在边界上，按编码最小者牵头：“{name}”({code})",
        "The place lies on a border; the lowest code leads: {name} ({code})",
    ),
    "accuracy-ambiguous": (
        "地点在“{name}”({code})，但定位误差 {accuracy_m} 米跨过边界",
        "The place is in {name} ({code}), but its accuracy of {accuracy_m} m crosses the border",
    ),
}
OUTSIDE = {
    "outside-nearest": (
        "地点不在任何网格内，最近的是“{name}”({code})，相距 {distance_m} 米",
        "The place is in no grid; the nearest is {name} ({code}), {distance_m} m away",
    ),
    "none": ("地点不在任何网格内，附近也没有网格", "The place is in no grid and none is near"),
}
QUEUE = {
    "outside_grid": (
        "转入镇级待办，由人工确定网格",
        "It waits in the township queue for a person to place it",
    ),
    "no_rule": ("没有适用的分派规则，转入镇级待办", "No rule fits; it waits in the township queue"),
    "nobody_available": (
        "应答岗位均不能受理，转入镇级待办",
        "No post can take it; it waits in the township queue",
    ),
    "respondent_at_top": (
        "被反映对象在最高一级，转入镇级以上待办",
        "The complaint concerns the top level; it waits in the queue above it",
    ),
    "no_position": ("没有位置，转入镇级待办", "It has no position; it waits in the township queue"),
}
NOT_RECORDED = {
    "zh": "未记录分派依据。",
    "en": "No reasons of the routing were recorded.",
}
REASONS = {
    "vacant": ("空缺", "vacant"),
    "on_leave": ("请假", "on leave"),
    "recusal": ("回避", "recusal"),
    "respondent": ("被反映范围，跳过", "concerned by the complaint, skipped"),
    "no_cell": ("此处没有该级网格", "no cell of that level here"),
}


def record_why(
    case_kind: str,
    placement: Placement,
    decision: Decision,
    *,
    grid_version_id: int,
    accuracy_m: float | None,
    hidden_from: str | None,
) -> dict[str, Any]:
    """What is stored with a case: codes, ids and numbers, no sentence and no person's name."""
    return {
        "case_kind": case_kind,
        "how": placement.how,
        "path": [
            {"code": c.code, "name": c.name, "rank": c.level} for c in reversed(placement.path)
        ],
        "joint": [{"code": c.code, "name": c.name} for c in placement.joint],
        **placement.about,
        "accuracy_m": accuracy_m,
        "grid_version_id": grid_version_id,
        "rule_id": decision.rule_id,
        "post_kind": decision.post_kind,
        "post_cell_code": decision.cell_code,
        "queue_reason": decision.queue_reason,
        "hidden_from": hidden_from,
        "skipped": [
            {
                "post_kind": s.post_kind,
                "rank": s.rank,
                "cell_code": s.cell_code,
                "reason": s.reason,
                "post_id": s.post_id,
                "officer_id": s.officer_id,
            }
            for s in decision.skipped
        ],
    }


def explain(why: Why, titles: Titles) -> dict[str, str]:
    """Two sentences for people: ``{"zh": …, "en": …}``; ``titles`` are (zh, en) per post kind.

    A case without stored reasons (``{}``) says so.
    """
    if not why:
        return dict(NOT_RECORDED)
    parts: Sequence[Callable[[Why, Titles], tuple[str, str] | None]] = (
        _place,
        _neighbours,
        _hidden,
        _skipped,
        _answer,
        _source,
    )
    said = [pair for part in parts if (pair := part(why, titles)) is not None]
    return {
        "zh": "；".join(zh for zh, _ in said) + "。",
        "en": "; ".join(en for _, en in said) + ".",
    }


def _say(pair: tuple[str, str], zh: Mapping[str, Any], en: Mapping[str, Any]) -> tuple[str, str]:
    return pair[0].format(**zh), pair[1].format(**en)


def _place(why: Why, _titles: Titles) -> tuple[str, str] | None:
    if not why["path"]:
        near = why.get("runner_up") or {}
        facts = {**near, "distance_m": _metres(near.get("distance_m"))}
        return _say(OUTSIDE.get(why["how"], OUTSIDE["none"]), facts, facts)
    facts = {**why["path"][-1], "accuracy_m": _metres(why.get("accuracy_m"))}
    return _say(HOW[why["how"]], facts, facts)


def _neighbours(why: Why, _titles: Titles) -> tuple[str, str] | None:
    if not why["path"]:
        return None
    if why["joint"]:
        codes_zh = "、".join(f"“{c['name']}”({c['code']})" for c in why["joint"])
        codes_en = ", ".join(f"{c['name']} ({c['code']})" for c in why["joint"])
        return f"会同 {codes_zh}", f"jointly with {codes_en}"
    border, near = why.get("border_distance_m"), why.get("runner_up")
    if border is None or near is None or near.get("distance_m") is None:
        return None
    return (
        f"距边界 {_metres(border)} 米，另一侧是“{near['name']}”({near['code']})",
        f"{_metres(border)} m from the border, beyond it {near['name']} ({near['code']})",
    )


def _hidden(why: Why, _titles: Titles) -> tuple[str, str] | None:
    if not why.get("hidden_from"):
        return None
    return (
        f"反映对象涉及 {why['hidden_from']}，该范围内岗位一律跳过，从上一级受理",
        f"the complaint concerns {why['hidden_from']}: all posts there are skipped and routing"
        " starts one level up",
    )


def _skipped(why: Why, titles: Titles) -> tuple[str, str] | None:
    rows = [s for s in why["skipped"] if not (s["reason"] == "respondent" and why["hidden_from"])]
    if not rows:
        return None
    zh = "、".join(f"{_title(titles, s, 0)}({REASONS[s['reason']][0]})" for s in rows)
    en = ", ".join(f"{_title(titles, s, 1)} ({REASONS[s['reason']][1]})" for s in rows)
    return f"依次跳过：{zh}", f"passed over: {en}"


def _answer(why: Why, titles: Titles) -> tuple[str, str] | None:
    if why["queue_reason"]:
        return QUEUE[why["queue_reason"]]
    title = titles.get(why["post_kind"], (why["post_kind"], why["post_kind"]))
    return (
        f"由 {why['post_cell_code']} 的{title[0]}负责",
        f"the {title[1]} of {why['post_cell_code']} answers",
    )


def _source(why: Why, _titles: Titles) -> tuple[str, str] | None:
    if why["rule_id"] is None:
        return f"网格版本 {why['grid_version_id']}", f"grid version {why['grid_version_id']}"
    return (
        f"依据分派规则 {why['rule_id']}、网格版本 {why['grid_version_id']}",
        f"by rule {why['rule_id']}, grid version {why['grid_version_id']}",
    )


def _title(titles: Titles, skipped: Mapping[str, Any], language: int) -> str:
    name = titles.get(skipped["post_kind"], (skipped["post_kind"],) * 2)[language]
    return f"{skipped['cell_code']} {name}" if skipped["cell_code"] else name


def _metres(value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
