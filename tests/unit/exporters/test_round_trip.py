"""import(export(x)) = x: what we write, our own importers read back unchanged."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput, NotFound
from layers.exporters.carrying import find_lost_parts, list_limits
from layers.exporters.formats import FORMATS, get_format, open_target
from layers.exporters.kinds import ExportKind, get_export_kind, list_kinds, with_label
from layers.exporters.tables import Batch, Column
from layers.importers.kinds import get_kind
from layers.importers.mapping import guess_mapping
from layers.importers.parse import parse_batch
from layers.importers.source import open_source

ALL_PAIRS = [(kind, name) for kind in list_kinds() for name in FORMATS]
LOST = {pair: find_lost_parts(get_export_kind(pair[0]).table, pair[1]) for pair in ALL_PAIRS}
PAIRS = [pair for pair in ALL_PAIRS if not LOST[pair] & {"row", "import"}]
KINDS = sorted({kind for kind, _ in PAIRS})
# What people type, with everything that has gone wrong somewhere before.
AWKWARD = (
    "=1+1", "+86", "-3", "@x", "'引", "纳日松镇", "<b>", "a,b", 'a"b', "a;b", "`", "\\", "㐂",
    "0", "007", "1e5", "是", "150622103201001001", "3号", "2026-02-30", "①", "é", "😀",
)  # fmt: skip
LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co", "Zs", "Zl", "Zp", "Cf", "Mn", "Me"]
)


def values_of(kind: str, column: Column) -> st.SearchStrategy[Any]:
    """Values as the database could hold them: trimmed, never empty, within the field's length."""
    field = get_kind(kind).fields[column.name]
    most = min(field.max or 40, 30)
    texts = st.one_of(st.sampled_from([a for a in AWKWARD if len(a) <= most]),
                      st.text(LETTERS, min_size=1, max_size=most))  # fmt: skip
    if field.type == "choice":
        some = st.sampled_from(sorted(field.values or ()))
    elif field.type == "phone":
        some = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
    elif field.type == "code":
        length = field.digits[0] if field.digits else 15
        some = st.text(string.digits, min_size=length, max_size=length)
    elif field.type == "list":
        items = st.text("甲乙丙丁ab12", min_size=1, max_size=6)
        return st.lists(items, max_size=4, unique=True)
    else:
        some = {
            "text": texts,
            "area": st.floats(0.01, 1e7, allow_nan=False),
            "decimal": st.floats(0.01, 1e3, allow_nan=False),
            "date": st.dates(date(1950, 1, 1), date(2080, 12, 31)),
            "lng": st.floats(108.0, 119.0),
            "lat": st.floats(39.0, 44.0),
            "yes_no": st.booleans(),
        }[field.type]
    # every row of the register has a number or a name
    is_stated = field.required or column.name in ("external_code", "cell_code", "line_number")
    return some if is_stated else st.one_of(st.none(), some)


def shapes_of(geometry: str, *, required: bool) -> st.SearchStrategy[Any]:
    lng, lat = st.floats(108.0, 119.0), st.floats(39.0, 44.0)
    points = st.builds(shapely.Point, lng, lat)
    areas = st.builds(
        lambda x, y, w, h: shapely.MultiPolygon(
            [shapely.box(x, y, x + w, y + h), shapely.box(x + 1, y, x + 1 + w, y + h)]
        ),
        lng, lat, st.floats(1e-4, 0.1), st.floats(1e-4, 0.1),
    )  # fmt: skip
    lines = st.builds(
        lambda x, y, w: shapely.MultiLineString([[(x, y), (x + w, y), (x + w, y + w)]]),
        lng, lat, st.floats(1e-4, 0.1),
    )  # fmt: skip
    some = {"Point": points, "MultiLineString": lines}.get(geometry, areas)
    return some if required else st.one_of(st.none(), some)


@st.composite
def batches(draw: st.DrawFn, kind: str) -> Batch:
    shape = get_export_kind(kind)
    count = draw(st.integers(1, 6))

    def several(one: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(one, min_size=count, max_size=count)))

    columns = {c.name: several(values_of(kind, c)) for c in shape.table.columns}
    if shape.table.geometry is None:
        return Batch(columns, None)
    required = get_kind(kind).geometry_required
    shapes = several(shapes_of(shape.table.geometry, required=required))
    array = np.empty(count, dtype=object)
    array[:] = shapes
    return Batch(columns, array)


def read_back(kind: str, path: Path) -> tuple[dict[str, list[Any]], Any, list[str]]:
    with open_source(path) as source:
        table = source.get_table()
        mapping = guess_mapping(kind, table, source.sample(table))
        parsed = [parse_batch(kind, mapping, batch) for batch in source.read_batches(table)]
    faults = [f.code for part in parsed for f in part.findings if f.severity == "error"]
    fields = list(parsed[0].columns)
    columns = {f: [v for part in parsed for v in part.columns[f].to_pylist()] for f in fields}
    shapes = [part.geometry for part in parsed]
    geometry = None if any(s is None for s in shapes) else np.concatenate(shapes)
    return columns, geometry, faults


def as_stored(values: Sequence[Any]) -> list[Any]:
    return [value if value != [] else None for value in values]


def write(path: Path, kind: ExportKind, name: str, batch: Batch) -> None:
    with open_target(get_format(name, kind.table), path, kind.table) as target:
        target.write(batch)


def require_same(kind: str, name: str, batch: Batch, path: Path) -> None:
    columns, geometry, faults = read_back(kind, path)
    shape = get_export_kind(kind).table.geometry
    lost = LOST[kind, name]
    loses_shapes = "shape" in lost
    # a sheet holds the words of an area, not its shape
    assert [f for f in faults if not (loses_shapes and f == "import.no_position")] == []
    for column in get_export_kind(kind).table.columns:
        wanted = as_stored(batch.columns[column.name])
        found = as_stored(columns.get(column.name, [None] * len(wanted)))
        if column.type == "decimal" and "digits" in lost:
            # half a unit of the fifteenth digit
            near = 5e-15 if name == "kml" else 1e-15
            wanted = [w and pytest.approx(w, rel=near, abs=1e-15) for w in wanted]
        assert found == wanted, column.name
    if shape is None or loses_shapes:
        return
    assert batch.geometry is not None
    assert geometry is not None or all(g is None for g in batch.geometry)
    for found, wanted in zip(geometry if geometry is not None else (), batch.geometry, strict=True):
        if wanted is None:
            assert found is None
        elif name in ("shapefile", "kml"):
            # one part or several: these files do not tell, and the store makes it several; earth
            # viewers put every line on the ground, the store keeps no heights
            parts = [
                shapely.get_parts(shapely.force_2d(shape).normalize()) for shape in (found, wanted)
            ]
            near = 1e-12 if name == "kml" else 0
            assert len(parts[0]) == len(parts[1])
            assert shapely.equals_exact(parts[0], parts[1], near).all()
        else:
            assert found.equals_exact(wanted, 0)


@pytest.mark.parametrize(("kind", "name"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_what_is_written_is_read_back(tmp_path: Path, kind: str, name: str) -> None:
    @given(batches(kind))
    @settings(
        max_examples=4, deadline=None, derandomize=True, database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def there_and_back(batch: Batch) -> None:
        path = tmp_path / f"x{FORMATS[name].suffix}"
        write(path, get_export_kind(kind), name, batch)
        require_same(kind, name, batch, path)

    there_and_back()


@pytest.mark.parametrize("pair", [p for p in ALL_PAIRS if p not in PAIRS], ids="-".join)
def test_what_does_not_come_back_is_refused(pair: tuple[str, str]) -> None:
    kind, name = pair
    if "row" in LOST[pair]:
        with pytest.raises(InvalidInput, match=r"export\.format_cannot_carry"):
            get_format(name, get_export_kind(kind).table)
    else:
        assert LOST[pair] >= {"import"}
        with pytest.raises(NotFound, match=r"import\.unknown_kind"):
            get_kind(kind)


def test_every_declared_limit_holds_somewhere_and_the_guide_tells_it() -> None:
    guide = (Path(__file__).parents[3] / "docs/guides/数据导入导出.md").read_text("utf-8")
    for limit in list_limits():
        assert any(limit.holds(get_export_kind(kind).table, name) for kind, name in ALL_PAIRS)
        assert limit.zh in guide


@pytest.mark.parametrize("kind", ["household", "zone"])
def test_label_of_synthetic_data_does_not_stand_in_the_way(tmp_path: Path, kind: str) -> None:
    table = with_label(get_export_kind(kind).table)
    assert table.columns[-1].heading == "数据性质"
    names = tuple(column.heading for column in table.columns)
    from layers.importers.tables import TableInfo

    mapping = guess_mapping(kind, TableInfo("x", 1, names, has_geometry=True))
    assert mapping.unmapped == ("数据性质",)


@pytest.mark.parametrize("name", ["csv", "xlsx", "gpkg"])
def test_masked_export_is_refused_rather_than_read_over_the_real_names(
    tmp_path: Path, name: str
) -> None:
    kind = get_export_kind("household")
    values: dict[str, tuple[Any, ...]] = {c.name: (None, None) for c in kind.table.columns}
    values |= {"external_code": ("1", "2"), "head_name": ("李**", "王*"), "address": ("***", None),
               "phone": ("139****1234", None)}  # fmt: skip
    path = tmp_path / f"x{FORMATS[name].suffix}"
    write(path, kind, name, Batch(values, np.array([None, None], dtype=object)))
    _, _, faults = read_back("household", path)
    assert faults == ["import.masked"] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_importer_looks_for_masks_wherever_we_mask(kind: str) -> None:
    masked = get_export_kind(kind).personal
    fields = get_kind(kind).fields
    assert [name for name in masked if not fields[name].personal] == []
