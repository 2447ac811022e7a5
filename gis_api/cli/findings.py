"""Findings of grid checks as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from grid_boundaries.hierarchy.findings import Finding, FindingCount

LABELS: Mapping[str, tuple[str, str]] = {
    "grid.overlap": ("重叠", "overlap"),
    "grid.gap": ("未覆盖上级", "gap in the parent"),
    "grid.hole": ("空洞", "hole between cells"),
    "grid.outside_parent": ("超出上级", "outside the parent"),
    "grid.not_contiguous": ("不连片", "not contiguous"),
    "grid.invalid_geometry": ("图形无效", "invalid shape"),
    "grid.code_duplicate": ("编码重复", "duplicate code"),
    "grid.code_malformed": ("编码不合规", "malformed code"),
    "grid.code_reused": ("编码曾属别的网格", "code of another cell"),
    "parent.not_found": ("没有上级", "parent not found"),
    "parent.wrong_level": ("上级级别不对", "parent on a wrong level"),
}
_CODES_SHOWN = 4


def render_counts(counts: Iterable[FindingCount]) -> Table:
    """One row per kind: how many, how many m², and whether it can be accepted."""
    table = Table(title="检查结果 findings")
    table.add_column("问题 kind", no_wrap=True)
    table.add_column("代号 code", no_wrap=True)
    table.add_column("处数 count", justify="right")
    table.add_column("面积 m²", justify="right")
    table.add_column("可接受 acceptable")
    for row in counts:
        table.add_row(
            LABELS.get(row.code, (row.code, ""))[0],
            row.code,
            f"{row.count:,}",
            f"{row.area_m2:,.2f}",
            "是 yes" if row.can_be_accepted else "否 no",
        )
    return table


def render_findings(findings: Sequence[Finding], per_kind: int) -> Table:
    """The largest findings of each kind: which cells, how much, and where to zoom."""
    table = Table(caption="全部见 --json / all of them with --json")
    for heading in ("问题 kind", "网格 cells", "m²", "经度 lng", "纬度 lat"):
        table.add_column(heading, justify="right" if heading == "m²" else "left", no_wrap=True)
    for finding in largest_of_each_kind(findings, per_kind):
        cells = ", ".join(finding.cell_codes[:_CODES_SHOWN])
        more = "" if len(finding.cell_codes) <= _CODES_SHOWN else " …"
        table.add_row(
            LABELS.get(finding.code, (finding.code, ""))[0],
            cells + more,
            "" if finding.area_m2 is None else f"{finding.area_m2:,.2f}",
            "" if finding.lng is None else f"{finding.lng:.6f}",
            "" if finding.lat is None else f"{finding.lat:.6f}",
        )
    return table


def largest_of_each_kind(findings: Iterable[Finding], per_kind: int) -> list[Finding]:
    """At most ``per_kind`` findings of each kind, largest first, kinds in order of code."""
    ordered = sorted(findings, key=lambda f: (f.code, -(f.area_m2 or 0.0), f.cell_codes))
    chosen: dict[str, list[Finding]] = {}
    for finding in ordered:
        rows = chosen.setdefault(finding.code, [])
        if len(rows) < per_kind:
            rows.append(finding)
    return [finding for rows in chosen.values() for finding in rows]
