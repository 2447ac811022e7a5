"""Whatever bytes come, a file is read or refused with a reason; nothing else escapes."""

from __future__ import annotations

import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from openpyxl import Workbook

from grid_boundaries.errors import InvalidInput, WanggeError
from layers.importers.coordinates import diagnose, sample_points
from layers.importers.geometry_doctor import examine
from layers.importers.mapping import guess_mapping
from layers.importers.parse import parse_batch
from layers.importers.source import open_source
from tests.unit.importers.binary_files import write_geotiff, write_xls

MUTANTS = 12
FRAME = gpd.GeoDataFrame(
    {"DKBM": ["1506221030010000001"] * 4, "DKMC": ["东梁", "西沟", None, "南滩"],
     "SCMJ": [1.5, 2.5, None, 4.0]},
    geometry=[shapely.box(110 + i / 100, 39, 110.009 + i / 100, 39.01) for i in range(4)], crs=4490,
)  # fmt: skip


def _xlsx(path: Path) -> None:
    book = Workbook()
    for row in [["地块编码", "地块名称", "证载面积（亩）"], ["1", "东梁", 2.5], ["2", "西沟", "x"]]:
        book.active.append(row)
    book.save(path)


def _zip(path: Path) -> None:
    folder = path.parent / "parts"
    folder.mkdir(exist_ok=True)
    FRAME.to_file(folder / "DK.shp", engine="pyogrio", encoding="GB18030")
    with zipfile.ZipFile(path, "w") as packed:
        for part in sorted(folder.iterdir()):
            packed.write(part, part.name)


WRITERS: dict[str, Callable[[Path], None]] = {
    "a.xlsx": _xlsx,
    "a.xls": lambda p: write_xls(p, [["地块编码", "地块名称"], ["1", "东梁"], ["2", 3.0]]),
    "a.csv": lambda p: p.write_text("地块编码,地块名称\n1,东梁\n2,西沟\n", "gb18030") and None,
    "a.zip": _zip,
    "a.gpkg": lambda p: FRAME.to_file(p, driver="GPKG"),
    "a.geojson": lambda p: FRAME.to_file(p, driver="GeoJSON"),
    "a.kml": lambda p: FRAME.to_file(p, driver="LIBKML"),
    "a.parquet": lambda p: FRAME.to_parquet(p),
    "a.tif": lambda p: write_geotiff(p, (435000.0, 4373000.0), 0.5, (2000, 1000), 4546),
}


def read_all(path: Path) -> int:
    rows = 0
    with open_source(path) as source:
        for table in source.tables:
            mapping = guess_mapping("claim", table, source.sample(table))
            for batch in source.read_batches(table):
                parsed = parse_batch("claim", mapping, batch)
                rows += len(batch)
                if parsed.geometry is not None:
                    diagnose(sample_points(parsed.geometry), prj_text=table.crs_text)
                    examine(parsed.geometry, parsed.row_numbers, unreadable=batch.unreadable)
    return rows


@pytest.mark.parametrize("name", list(WRITERS))
def test_a_broken_file_is_read_or_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    assert read_all(path) > 0
    whole = path.read_bytes()
    rng = np.random.default_rng(sum(map(ord, name)))
    refused = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for mutant in range(MUTANTS):
            raw = bytearray(whole)
            if mutant % 4 == 0:
                raw = raw[: int(rng.integers(1, len(raw)))]
            else:
                for at in rng.integers(0, len(raw), int(rng.integers(1, 40))).tolist():
                    raw[at] = int(rng.integers(0, 256))
            path.write_bytes(bytes(raw))
            try:
                read_all(path)
            except WanggeError:
                refused += 1
    assert refused <= MUTANTS


def test_text_of_a_database_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    FRAME.to_file(path, driver="GPKG", layer="DK")
    with sqlite3.connect(path) as database:
        database.create_function("ST_IsEmpty", 1, lambda _: 0)
        for function in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(function, 1, lambda _: 0.0)
        database.execute("UPDATE DK SET DKMC = CAST(x'b6abc1ba' AS TEXT)")
    database.close()
    with pytest.raises(InvalidInput) as refused:
        read_all(path)
    assert refused.value.code == "file.encoding"
