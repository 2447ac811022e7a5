"""A small hand-made town (合成数据 / synthetic); every answer can be read off the map.

Micro grids are squares of 0.01 degree.  Letters: w/e village, s/n base grid, 1/2 micro grid.

    39.42 ┌─────┬─────┬─────┬─────┐
          │ wn1 │ wn2 │ en1 │ en2 │
    39.41 ├─────┼─────┼─────┼─────┤
          │ ws1 │ ws2 │ es1 │ es2 │
    39.40 └─────┴─────┴─────┴─────┘
        110.50  .51   .52   .53   .54
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from gis_api.access.passwords import hash_password

PASSWORD = "synthetic pass phrase"
WEST, SOUTH, SIDE = 110.50, 39.40, 0.01
TOWNSHIP_CODE = "990000001"

# short name → (rank, parent, code, west column, south row, columns, rows)
_CELLS: dict[str, tuple[int, str | None, str, int, int, int, int]] = {
    "t": (1, None, TOWNSHIP_CODE, 0, 0, 4, 2),
    "w": (2, "t", f"{TOWNSHIP_CODE}201", 0, 0, 2, 2),
    "e": (2, "t", f"{TOWNSHIP_CODE}202", 2, 0, 2, 2),
}
for _village, _column in (("w", 0), ("e", 2)):
    for _number, (_half, _row) in enumerate((("s", 0), ("n", 1)), start=1):
        _base = _village + _half
        _base_code = f"{_CELLS[_village][2]}{_number:03d}"
        _CELLS[_base] = (3, _village, _base_code, _column, _row, 2, 1)
        for _micro in (1, 2):
            _CELLS[f"{_base}{_micro}"] = (
                4, _base, f"{_base_code}{_micro:03d}", _column + _micro - 1, _row, 1, 1,
            )  # fmt: skip

MICRO_CELLS = tuple(name for name, cell in _CELLS.items() if cell[0] == 4)

_LEVELS = (
    (1, "镇", "township", "township"),
    (2, "村", "village", "village"),
    (3, "基础网格", "base grid", "other"),
    (4, "微网格", "micro grid", "other"),
)
_POST_KINDS = (
    ("township_centre", "镇综治中心", "township centre"),
    ("village_leader", "村党支部书记", "village leader"),
    ("grid_leader", "网格长", "grid leader"),
    ("full_time_worker", "专职网格员", "full-time grid worker"),
    ("household_cluster_leader", "联户长", "household-cluster leader"),
    ("deputy", "副职", "deputy"),
    ("work_group_relocation", "征迁专班", "relocation work group"),
)
_POSTS_OF_RANK = {
    1: ("township_centre", "work_group_relocation"),
    2: ("village_leader",),
    3: ("grid_leader", "full_time_worker"),
    4: ("household_cluster_leader",),
}
_CASE_KINDS = (
    ("family", "婚姻家庭", "family"),
    ("neighbour", "邻里", "neighbours"),
    ("land", "土地", "land"),
    ("acquisition", "征地拆迁", "acquisition"),
    ("mine_village", "企地矛盾", "mine and village"),
    ("other", "其他", "other"),
)
# position, case kind, post kind, rank of the post: the first that fits decides
_RULES = (
    (1, "acquisition", "work_group_relocation", 1),
    (2, "mine_village", "village_leader", 2),
    (100, None, "grid_leader", 3),
)
_LADDER = (
    (1, "grid_leader", 3),
    (2, "full_time_worker", 3),
    (3, "village_leader", 2),
    (4, "township_centre", 1),
)
# login, role, area, post whose holder this is
_USERS: tuple[tuple[str, str, str | None, tuple[str, str] | None], ...] = (
    ("admin", "administrator", None, None),
    ("clerk", "clerk", None, None),
    ("west", "village_leader", "w", ("w", "village_leader")),
    ("east", "village_leader", "e", ("e", "village_leader")),
    ("worker", "grid_worker", "ws1", ("ws", "full_time_worker")),
)


@dataclass
class Town:
    """Ids of what was built, by the short names of the map above."""

    grid_version_id: int
    cells: dict[str, int] = field(default_factory=dict)
    cell_versions: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    scope_keys: dict[str, str] = field(default_factory=dict)
    # (cell, post kind) → id
    posts: dict[tuple[str, str], int] = field(default_factory=dict)
    officers: dict[tuple[str, str], int] = field(default_factory=dict)
    # "ws1a", "ws1b": two households in every micro grid
    households: dict[str, int] = field(default_factory=dict)
    # login → user_id
    users: dict[str, int] = field(default_factory=dict)

    def centre_of(self, cell: str) -> tuple[float, float]:
        """(lng, lat) of the middle of a cell; for a micro grid 0.005 degree from every side."""
        _, _, _, column, row, columns, rows = _CELLS[cell]
        return (WEST + SIDE * (column + columns / 2), SOUTH + SIDE * (row + rows / 2))


def build_town(conn: Connection) -> Town:
    """The whole town in the caller's transaction; ``conn`` is the administrator's."""
    _many(conn, "INSERT INTO grid_level (rank, name_zh, name_en, role)", _LEVELS)
    version = _one(
        conn,
        "INSERT INTO grid_version (valid_from, label, published_by)"
        " VALUES ('2020-01-01', '合成数据', 0) RETURNING grid_version_id",
    )
    town = Town(version)
    for name in _CELLS:
        add_cell(conn, town, name)
    _add_households(conn, town)
    _many(conn, "INSERT INTO post_kind (kind, name_zh, name_en)", _POST_KINDS)
    for name, cell in _CELLS.items():
        for kind in _POSTS_OF_RANK[cell[0]]:
            add_post(conn, town, name, kind)
    _many(conn, "INSERT INTO case_kind (kind, name_zh, name_en)", _CASE_KINDS)
    _many(conn, "INSERT INTO routing_rule (position, case_kind, post_kind, post_rank)", _RULES)
    _many(conn, "INSERT INTO post_ladder (position, post_kind, post_rank)", _LADDER)
    conn.execute(
        text(
            "INSERT INTO place_name (name, aliases, pinyin_initials, geom) VALUES"
            " ('矿后沟', ARRAY['矿后面的沟'], 'khg', ST_Point(110.535, 39.415, 4490))"
        )
    )
    conn.execute(
        text(
            "INSERT INTO claim (parcel_code, kind, holder_household_id, geom, cell_id, scope_key)"
            " VALUES ('P-001', 'contract', :household,"
            " ST_Multi(ST_MakeEnvelope(110.503, 39.403, 110.504, 39.404, 4490)), :cell, :scope)"
        ),
        {
            "household": town.households["ws1a"],
            "cell": town.cells["ws1"],
            "scope": town.scope_keys["ws1"],
        },
    )
    conn.execute(
        text("INSERT INTO place_setting VALUES (true, 'testtown', '测试镇', 'Test town', true)")
    )
    for login, role, area, post in _USERS:
        add_user(conn, town, login, role, area=area, post=post)
    return town


def add_cell(conn: Connection, town: Town, name: str) -> int:
    """One cell of the map with its version and code."""
    rank, parent, code, column, row, columns, rows = _CELLS[name]
    cell_id = _one(conn, "INSERT INTO cell DEFAULT VALUES RETURNING cell_id")
    scope_key = (town.scope_keys[parent] if parent else "") + f"{cell_id:08x}"
    ring = _ring(column, row, columns, rows)
    town.cell_versions[name] = _one(
        conn,
        "INSERT INTO cell_version (cell_id, rank, parent_cell_id, code, name, geom, scope_key,"
        " valid, grid_version_id) VALUES (:cell, :rank, :parent, :code, :name,"
        " ST_Multi(ST_GeomFromText(:wkt, 4490)), :scope, daterange('2020-01-01', NULL), :version)"
        " RETURNING cell_version_id",
        cell=cell_id, rank=rank, parent=town.cells[parent] if parent else None, code=code,
        name=f"测试{name}", wkt=ring, scope=scope_key, version=town.grid_version_id,
    )  # fmt: skip
    conn.execute(
        text("INSERT INTO cell_code (code, cell_id) VALUES (:code, :cell)"),
        {"code": code, "cell": cell_id},
    )
    town.cells[name], town.codes[name], town.scope_keys[name] = cell_id, code, scope_key
    return cell_id


def _ring(column: int, row: int, columns: int, rows: int) -> str:
    """The outline with a vertex at every micro corner, so that shared borders share vertices."""
    corners = (
        [(column + i, row) for i in range(columns)]
        + [(column + columns, row + i) for i in range(rows)]
        + [(column + columns - i, row + rows) for i in range(columns)]
        + [(column, row + rows - i) for i in range(rows)]
    )
    corners.append(corners[0])
    points = ", ".join(f"{WEST + SIDE * x:.9f} {SOUTH + SIDE * y:.9f}" for x, y in corners)
    return f"POLYGON(({points}))"


def add_post(
    conn: Connection, town: Town, cell: str, kind: str, *, household: str | None = None
) -> int:
    """A post in a cell and the officer who holds it; returns the officer's id."""
    post_id = _one(
        conn,
        "INSERT INTO post (cell_id, kind) VALUES (:cell, :kind) RETURNING post_id",
        cell=town.cells[cell], kind=kind,
    )  # fmt: skip
    officer_id = _one(
        conn,
        "INSERT INTO officer (duty_name, duty_phone, household_id)"
        " VALUES (:name, '199-0000-0000', :household) RETURNING officer_id",
        name=f"合成{cell}{kind[:8]}",
        household=town.households[household] if household else None,
    )
    conn.execute(
        text("INSERT INTO post_holding (post_id, officer_id) VALUES (:post, :officer)"),
        {"post": post_id, "officer": officer_id},
    )
    town.posts[cell, kind] = post_id
    town.officers[cell, kind] = officer_id
    return officer_id


def add_user(
    conn: Connection,
    town: Town,
    login: str,
    role: str,
    *,
    area: str | None = None,
    post: tuple[str, str] | None = None,
    must_change: bool = False,
) -> int:
    """An account whose password is ``PASSWORD``."""
    town.users[login] = _one(
        conn,
        "INSERT INTO app_user (login, password_hash, role, area_cell_id, officer_id,"
        " must_change_password) VALUES (:login, :hash, :role, :area, :officer, :must)"
        " RETURNING user_id",
        login=login, hash=_password_hash(), role=role,
        area=town.cells[area] if area else None,
        officer=town.officers[post] if post else None, must=must_change,
    )  # fmt: skip
    return town.users[login]


def _add_households(conn: Connection, town: Town) -> None:
    for name in MICRO_CELLS:
        lng, lat = town.centre_of(name)
        for letter, shift in (("a", -0.002), ("b", 0.002)):
            town.households[name + letter] = _one(
                conn,
                "INSERT INTO household (address, head_name, phone, geom, cell_id, scope_key)"
                " VALUES (:address, :head, '199-0000-0001', ST_Point(:lng, :lat, 4490), :cell,"
                " :scope) RETURNING household_id",
                address=f"测试{name}{letter}号", head=f"合成户{name}{letter}",
                lng=lng + shift, lat=lat + shift,
                cell=town.cells[name], scope=town.scope_keys[name],
            )  # fmt: skip


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def _one(conn: Connection, statement: str, **params: Any) -> int:
    return int(conn.execute(text(statement), params).scalar_one())


def _many(conn: Connection, insert: str, rows: tuple[tuple[Any, ...], ...]) -> None:
    names = [f"v{i}" for i in range(len(rows[0]))]
    statement = text(f"{insert} VALUES ({', '.join(f':{name}' for name in names)})")
    conn.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])
