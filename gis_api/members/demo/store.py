"""What a demo place's members say about themselves, in the administrator's transaction."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import sql_runner
from layers.members.vocabulary import SKILLS

_run = sql_runner(__file__)

_REQUESTS = (
    ("repair", "独居老人家水管漏水（合成数据）"),
    ("transport", "老人去镇卫生院复查，需要接送（合成数据）"),
    ("digital", "医保缴费不会用手机操作（合成数据）"),
    ("farming", "家里缺劳力，请帮忙收玉米（合成数据）"),
    ("errand", "行动不便，请代取药（合成数据）"),
)


class DemoGroup(NamedTuple):
    """The group with the most members, to be led by a demo account."""

    party_group_id: int
    name: str


def fill_members(conn: Connection) -> None:
    """Phones, workplaces, consent, skills and duty lists; the same for the same rows."""
    _run(conn, "fill_members", skills=[word.slug for word in SKILLS])
    _run(conn, "add_contacts")


def find_largest_group(conn: Connection) -> DemoGroup | None:
    """The group with the most members, ties to the lower id; None without members."""
    row = _run(conn, "find_largest_group").one_or_none()
    return None if row is None else DemoGroup(row.party_group_id, row.name)


def grant_group(conn: Connection, user_id: int, party_group_id: int) -> None:
    """Let an account lead a group."""
    _run(conn, "grant_group", user_id=user_id, party_group_id=party_group_id)


def add_requests(conn: Connection, party_group_id: int) -> None:
    """A few service requests in the micro grids of a group."""
    _run(
        conn,
        "add_requests",
        party_group_id=party_group_id,
        kinds=[kind for kind, _ in _REQUESTS],
        texts=[words for _, words in _REQUESTS],
    )
