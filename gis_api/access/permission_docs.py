"""The permission table as a page; a test compares ``docs/permissions.md`` with it.

``python -m gis_api.access.permission_docs > docs/permissions.md`` makes it anew.
"""

from __future__ import annotations

from gis_api.access.permissions import Permissions, read_permissions

_SEES = {
    "area": "本辖区 / own area",
    "grants": "逐件授权 / by grant",
    "nothing": "不看个案 / no case",
}


def render_permissions(table: Permissions) -> str:
    """Markdown: roles, then one row per object and verb or group of fields."""
    roles = list(table.roles.values())
    lines = [
        "# 权限表 / Permissions",
        "",
        "Made from `gis_api/access/permissions.toml`; area and grants decide which rows, and the",
        "database checks both again (row policies of the migrations).",
        "",
        "| role | 角色 | sees |",
        "|---|---|---|",
        *(f"| {role.slug} | {role.name_zh} | {_SEES[role.sees]} |" for role in roles),
        "",
        "| object | verb | " + " | ".join(role.slug for role in roles) + " |",
        "|---|---|" + "---|" * len(roles),
    ]
    for (obj, verb), allowed in table.verbs.items():
        lines.append(f"| {obj} | {verb} | {_marks(table, allowed)} |")
    lines += [
        "",
        "Groups of fields shown in the clear:",
        "",
        "| object | fields | " + " | ".join(role.slug for role in roles) + " |",
        "|---|---|" + "---|" * len(roles),
    ]
    for (obj, fields), allowed in table.fields.items():
        lines.append(f"| {obj} | {fields} | {_marks(table, allowed)} |")
    return "\n".join(lines) + "\n"


def _marks(table: Permissions, allowed: frozenset[str]) -> str:
    return " | ".join("●" if slug in allowed else "" for slug in table.roles)


if __name__ == "__main__":
    print(render_permissions(read_permissions()), end="")
