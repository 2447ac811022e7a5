"""Our rows in the columns of another platform, and back again by the same declaration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from grid_boundaries.errors import InvalidInput
from layers.exporters.formats import FORMATS, open_target
from layers.exporters.kinds import get_export_kind
from layers.exporters.tables import Batch
from layers.exporters.template import list_templates, parse_template, read_template
from layers.importers.mapping import guess_mapping, override_mapping
from layers.importers.parse import parse_batch
from layers.importers.source import open_source

NUMBER = "330782199001010012"


def make_batch() -> Batch:
    values: dict[str, tuple[Any, ...]] = {
        column.name: (None,) for column in get_export_kind("household").table.columns
    }
    values |= {"external_code": (NUMBER,), "head_name": ("=合成",), "season": ("summer",)}
    return Batch(values, np.array([shapely.Point(110.30000000000001, 39.1)], dtype=object))


@pytest.mark.parametrize("name", ["xlsx", "csv"])
def test_platform_gets_its_own_columns_and_its_number_comes_back(tmp_path: Path, name: str) -> None:
    template = read_template("county_example")
    file = tmp_path / f"x{FORMATS[name].suffix}"
    with open_target(FORMATS[name], file, template.table) as target:
        target.write(template.fill(make_batch()))
    with open_source(file) as source:
        table = source.get_table()
        assert table.columns[:2] == ("平台人房编号", "所属网格代码")
        assert table.columns[-1] == "坐标系"
        (batch,) = source.read_batches(table)
        assert str(batch.columns["坐标系"][0]) == "CGCS2000"
        assert str(batch.columns["居住情况"][0]) == "2-夏季"
        mapping = guess_mapping("household", table, source.sample(table))
        mapping = override_mapping(mapping, table, template.to_mapping())
        parsed = parse_batch("household", mapping, batch)
    assert parsed.columns["external_code"].to_pylist() == [NUMBER]
    assert parsed.columns["head_name"].to_pylist() == ["=合成"]
    assert parsed.geometry is not None
    assert shapely.get_coordinates(parsed.geometry)[0].tolist() == [110.30000000000001, 39.1]


@pytest.mark.parametrize("name", list_templates())
def test_every_template_that_comes_along_is_sound_and_labelled(name: str) -> None:
    template = read_template(name)
    assert template.table.columns
    folder = Path(__file__).parents[3] / "layers" / "exporters" / "platforms"
    assert "合成" in (folder / f"{name}.toml").read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ([{"heading": "a", "field": "no_such"}], "export.template_field"),
        ([{"heading": "a", "field": "phone", "value": "x"}], "export.template_column"),
        ([{"heading": "a"}], "export.template_column"),
        ([{"heading": "a", "value": "1"}] * 2, "export.template_column"),
    ],
)
def test_template_that_makes_no_sense_is_refused(columns: list[dict[str, str]], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_template({"kind": "household", "column": columns})
    assert refused.value.code == code


def test_file_that_is_no_template_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"kind = [")
    (tmp_path / "y.toml").write_bytes(b"title = '\xff'")
    for path, code in (("x.toml", "unreadable"), ("y.toml", "unreadable"), ("z.toml", "unknown")):
        with pytest.raises(InvalidInput) as refused:
            read_template(str(tmp_path / path))
        assert refused.value.code == f"export.template_{code}"
