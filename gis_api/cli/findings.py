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


def label_of(code: str) -> str:
    """Chinese and English name of a kind of finding."""
    return " ".join(LABELS.get(code, (code, "")))


def render_counts(counts: Iterable[FindingCount]) -> Table:
    """One row per kind: how many, how many m², and whether it can be accepted."""
    table = Table(title="检查结果 findings")
    table.add_column("问题 kind")
    table.add_column("代号 code")
    table.add_column("处数 count", justify="right")
    table.add_column("面积 m²", justify="right")
    table.add_column("可接受 can be accepted")
    for row in counts:
        table.add_row(
            label_of(row.code),
            row.code,
            f"{row.count:,}",
            f"{row.area_m2:,.2f}",
            "是 yes" if row.can_be_accepted else "否 no",
        )
    return table


def render_findings(findings: Sequence[Finding], limit: int) -> Table:
    """The first findings: which cells, how much, and where to zoom."""
    table = Table()
    for heading in ("问题 kind", "网格 cells", "m²", "经度 lng", "纬度 lat", "说明 detail"):
        table.add_column(heading, justify="right" if heading == "m²" else "left")
    for finding in findings[:limit]:
        cells = ", ".join(finding.cell_codes[:_CODES_SHOWN])
        more = "" if len(finding.cell_codes) <= _CODES_SHOWN else " …"
        table.add_row(
            label_of(finding.code),
            cells + more,
            "" if finding.area_m2 is None else f"{finding.area_m2:,.2f}",
            "" if finding.lng is None else f"{finding.lng:.6f}",
            "" if finding.lat is None else f"{finding.lat:.6f}",
            ", ".join(f"{name}={value}" for name, value in finding.params.items()),
        )
    return table
