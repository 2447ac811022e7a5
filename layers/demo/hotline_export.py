"""A hotline export (合成数据) as a file: orders with Chinese headings, some of them bad."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from .people import household_phones, synthetic_names

HEADINGS: Final = (
    "工单编号", "受理时间", "事发时间", "办结时间", "事项类别", "诉求内容", "来电人", "来电号码",
    "发生地址", "经度", "纬度", "紧急程度",
)  # fmt: skip
KIND_NAMES_ZH: Final = {
    "family": "婚姻家庭",
    "neighbour": "噪音扰民",
    "homestead": "违章建筑",
    "contract": "消费维权",
    "land": "土地承包",
    "acquisition": "征地拆迁",
    "mine_village": "企地矛盾",
    "environment": "环保",
    "labour_pay": "拖欠工资",
    "tenancy": "物业",
    "traffic": "停车",
    "other": "咨询",
}
# What a bad row is spoilt by, and the reason it must wait with.
FAULTS: Final = (
    ("工单编号", "", "ref_missing"),
    ("受理时间", "", "time_missing"),
    ("受理时间", "2026.2.30", "time_unreadable"),
    ("诉求内容", "", "text_missing"),
    ("经度", "", "position_incomplete"),
    ("纬度", "不详", "position_unreadable"),
)


def hotline_rows(
    requests: pd.DataFrame, seed: int, *, bad_share: float = 0.0
) -> tuple[list[list[Any]], list[str | None]]:
    """(rows under ``HEADINGS``, the reason each must wait with or None), in order of time."""
    rng = np.random.default_rng([seed, 12345])
    count = len(requests)
    names = synthetic_names(rng, count)
    phones = household_phones(count)
    second_of_day = rng.integers(8 * 3600, 18 * 3600, count)
    rows: list[list[Any]] = []
    for number, request in enumerate(requests.to_dict("records")):
        second = int(second_of_day[number])
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        known = pd.notna(request["lng"])
        rows.append(
            [
                f"HL{seed:04d}{number:07d}",
                f"{request['registered_on']} {clock}",
                str(request["happened_on"]),
                "" if pd.isna(request["closed_on"]) else f"{request['closed_on']} 23:00:00",
                KIND_NAMES_ZH[request["kind"]],
                request["text_zh"],
                names[number],
                phones[number],
                "合成地址",
                f"{request['lng']:.6f}" if known else "",
                f"{request['lat']:.6f}" if known else "",
                "紧急" if request["urgent"] else "一般",
            ]
        )
    reasons: list[str | None] = [None] * count
    for number in np.flatnonzero(rng.random(count) < bad_share).tolist():
        heading, value, reason = FAULTS[int(rng.integers(len(FAULTS)))]
        if heading in ("经度", "纬度") and not rows[number][9]:
            continue
        rows[number][HEADINGS.index(heading)] = value
        reasons[number] = reason
    return rows, reasons


def write_csv(path: Path, rows: list[list[Any]], *, encoding: str = "utf-8-sig") -> None:
    """The rows as the hotline's system saves them."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows)
