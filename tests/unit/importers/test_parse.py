"""Values of cells: read right, or found wrong with the row; never mended in silence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from gis_api.messages import list_missing
from layers.importers.kinds import KINDS, get_kind, list_kinds, plain_heading
from layers.importers.mapping import (
    ColumnGuess,
    Mapping,
    guess_mapping,
    mapping_from_dict,
    override_mapping,
)
from layers.importers.parse import Parsed, parse_batch
from layers.importers.tables import Batch, TableInfo


def parse(
    kind: str, fields: dict[str, list[Any]], *, unit: str | None = None, **more: Any
) -> Parsed:
    columns = {}
    for name, values in fields.items():
        held = np.empty(len(values), dtype=object)
        held[:] = values
        columns[name] = held
    count = len(next(iter(fields.values())))
    shapes = None
    if not {"lng", "lat", "easting"} & set(fields):
        shapes = np.full(count, shapely.Point(110, 39), dtype=object)
    batch = Batch(columns, shapes, np.arange(2, count + 2, dtype=np.int64), **more)
    mapping = Mapping(kind, {name: ColumnGuess(name, 1.0, "chosen", unit) for name in fields})
    return parse_batch(kind, mapping, batch)


def found(parsed: Parsed) -> dict[str, list[int]]:
    return {finding.code: finding.rows.tolist() for finding in parsed.findings}


def test_every_kind_has_its_dictionary_and_no_heading_stands_twice_in_one() -> None:
    assert [kind.name for kind in list_kinds()] == list(KINDS)
    for kind in list_kinds():
        seen: dict[str, str] = {}
        for field in kind.fields.values():
            words = {plain_heading(w) for w in (field.name, field.zh, *field.synonyms)}
            for word in words:
                assert seen.setdefault(word, field.name) == field.name, (kind.name, word)
            assert (field.values is not None) == (field.type == "choice")
            for slug, synonyms in (field.values or {}).items():
                assert synonyms, (kind.name, field.name, slug)


def test_codes_that_a_spreadsheet_has_spoilt_are_errors() -> None:
    codes = ["150622103001", 330782123456789012.0, "3.30782E+11", 150622103002.0, 15062210300.5]
    parsed = parse("grid", {"code": codes})
    assert found(parsed) == {
        "import.code_rounded": [3],
        "import.code_scientific": [4],
        "import.code_decimal": [6],
    }
    assert parsed.columns["code"].to_pylist() == ["150622103001", None, None, "150622103002", None]
    assert parsed.usable.tolist() == [True, False, False, True, False]


def test_long_codes_of_a_csv_that_all_end_in_zeros_were_rounded() -> None:
    whole = ["1506221030010010012", "1506221030010010013"]
    assert found(parse("claim", {"parcel_code": whole})) == {}
    rounded = ["1506221030010010000", "1506221030010020000"]
    assert found(parse("claim", {"parcel_code": rounded})) == {"import.code_rounded": [2, 3]}


def test_a_number_one_digit_shorter_than_the_others_may_have_lost_a_zero() -> None:
    parsed = parse("household", {"external_code": [1234567.0, 7654321.0, 123456.0]})
    assert found(parsed) == {"import.code_leading_zero": [4]}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-01-31", "2024-01-31"), ("2024/1/5", "2024-01-05"), ("2024.2.29", "2024-02-29"),
        ("2024年3月7日", "2024-03-07"), ("20240131", "2024-01-31"), (20240131.0, "2024-01-31"),
        (45322.0, "2024-01-31"), (dt.date(2024, 1, 31), "2024-01-31"), ("长期", None),
        (dt.datetime(2024, 1, 31, 8, tzinfo=dt.UTC), "2024-01-31"),
        ("2024-01-31 08:00:00", "2024-01-31"),
        ("２０２４－０１－３１", "2024-01-31"), ("2024", "2024-01-01"), ("2024年5月", "2024-05-01"),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(written: Any, meant: str | None) -> None:
    parsed = parse("zone", {"valid_from": [written]})
    read = parsed.columns["valid_from"].to_pylist()[0]
    assert (read.isoformat() if read else None) == meant
    assert parsed.usable.all()


@pytest.mark.parametrize("written", ["2026.2.30", "2023-02-29", "2024-13-01", "昨天", "31/12/2024"])
def test_days_that_do_not_exist_are_errors(written: str) -> None:
    parsed = parse("zone", {"valid_from": ["2024-01-01", written]})
    assert found(parsed) == {"import.bad_date": [3]}


def test_serial_days_count_from_the_epoch_of_the_workbook() -> None:
    new = parse("zone", {"valid_from": [45322.0]})
    old = parse("zone", {"valid_from": [43860.0]}, epoch_1904=True)
    assert new.columns["valid_from"].to_pylist() == old.columns["valid_from"].to_pylist()
    assert found(old) == {"import.date_serial": [2]}
    assert old.findings[0].params == {"epoch": 1904}


@pytest.mark.parametrize(
    ("written", "degrees"),
    [
        ("110°15′30″", 110.2583333), ("110-15-30", 110.2583333), ("110.15.30", 110.2583333),
        ("110度15分30秒", 110.2583333), ("东经110°15′30.5″", 110.2584722),
        ("110:15:30", 110.2583333),
        ("110°15.5′", 110.2583333), ("110.2583333", 110.2583333), (110.2583333, 110.2583333),
        ('110°15\'30"E', 110.2583333), ("110°", 110.0), ("110.2583333E", 110.2583333),
    ],
)  # fmt: skip
def test_degrees_are_read_in_every_spelling(written: Any, degrees: float) -> None:
    parsed = parse("gazetteer", {"name": ["沟"], "lng": [written], "lat": ["39.5"]})
    if written == "110°":
        assert found(parsed) == {"import.bad_degrees": [2], "import.half_position": [2]}
        return
    assert found(parsed) == {}
    assert parsed.numpy("lng")[0] == pytest.approx(degrees, abs=1e-6)


def test_minutes_of_sixty_and_words_are_no_degrees() -> None:
    parsed = parse(
        "gazetteer",
        {"name": ["a", "b"], "lng": ["110°61′30″", "北京"], "lat": ["39.5", "39°30′"]},
    )
    assert found(parsed)["import.bad_degrees"] == [2, 3]


def test_areas_become_square_metres_by_the_unit_beside_the_number_or_of_the_heading() -> None:
    fields: dict[str, list[Any]] = {
        "parcel_code": ["1506221030010010012"] * 4, "stated_area": [1.5, "3亩", "2公顷", "-1"]
    }  # fmt: skip
    parsed = parse("claim", fields, unit="mu")
    assert parsed.numpy("stated_area")[:3] == pytest.approx([1000, 2000, 20_000])
    assert found(parsed) == {"import.negative": [5]}


def test_choices_are_words_of_people_and_unknown_ones_are_told() -> None:
    parsed = parse("zone", {"kind": ["露天矿坑", "征地 ", "不知道", None], "name": list("abcd")})
    assert parsed.columns["kind"].to_pylist() == ["open_pit", "acquisition", None, None]
    assert found(parsed) == {"import.unknown_choice": [4], "import.missing": [5]}
    assert parsed.usable.tolist() == [True, True, False, False]


def test_nul_and_formula_errors_are_found_in_every_column() -> None:
    parsed = parse("zone", {"kind": ["征地", "#N/A"], "name": ["a\x00b", "#REF!"]})
    assert found(parsed) == {"import.formula_error": [3], "import.nul": [2]}
    assert not parsed.usable.any()


def test_rare_characters_of_names_are_kept_exactly() -> None:
    names = ["𠮷野㐂", "㙍Ⅷ号", "  﨑  "]
    parsed = parse("gazetteer", {"name": names, "lng": [110.0] * 3, "lat": [39.0] * 3})
    assert parsed.columns["name"].to_pylist() == ["𠮷野㐂", "㙍Ⅷ号", "﨑"]


def test_phones_lists_and_yes_or_no() -> None:
    parsed = parse(
        "member",
        {
            "name": ["a", "b", "c"], "group_name": ["g"] * 3,
            "phone": [13812345678.0, "0477-1234567", "13812O45678"],
            "volunteers": ["是", "否", "也许"], "skills": ["电工、木工", "司机 ", None],
        },
    )  # fmt: skip
    assert parsed.columns["phone"].to_pylist() == ["13812345678", "0477-1234567", None]
    assert parsed.columns["volunteers"].to_pylist() == [True, False, None]
    assert parsed.columns["skills"].to_pylist() == [["电工", "木工"], ["司机"], None]
    assert found(parsed) == {"import.bad_phone": [4], "import.unknown_choice": [4]}
    assert parsed.usable.all()


def test_points_are_made_of_coordinate_columns_and_halves_are_errors() -> None:
    parsed = parse("household", {"lng": [110.5, None, None], "lat": [39.5, 39.6, None]})
    assert parsed.geometry is not None
    assert parsed.geometry[0].coords[0] == (110.5, 39.5)
    assert parsed.geometry[1] is None
    assert found(parsed) == {"import.half_position": [3], "import.no_position": [4]}


def test_arrow_columns_are_read_like_cells() -> None:
    batch = Batch(
        {"编码": pa.array([150622103001, 150622103002]), "名称": pa.array(["甲 ", ""])},
        np.array([None, None], dtype=object), np.array([1, 2], dtype=np.int64),
    )  # fmt: skip
    table = TableInfo("t", 2, ("编码", "名称"), has_geometry=True)
    mapping = guess_mapping("grid", table, batch)
    parsed = parse_batch("grid", mapping, batch)
    assert parsed.columns["code"].to_pylist() == ["150622103001", "150622103002"]
    assert parsed.columns["name"].to_pylist() == ["甲", None]


def test_a_mapping_is_guessed_changed_saved_and_never_takes_identity_numbers() -> None:
    table = TableInfo(
        "t", 1, ("户主 姓名", "身份证号", "DKBM", "实测面积（亩）", "x1"), has_geometry=False
    )
    mapping = guess_mapping("claim", table)
    assert {name: guess.column for name, guess in mapping.fields.items()} == {
        "holder_name": "户主 姓名", "parcel_code": "DKBM", "stated_area": "实测面积（亩）"
    }  # fmt: skip
    assert mapping.fields["stated_area"].unit == "mu"
    assert mapping.never == ("身份证号",)
    assert mapping.unmapped == ("x1",)
    changed = override_mapping(mapping, table, {"note": "x1", "holder_name": None})
    again = mapping_from_dict("claim", table, changed.to_dict())
    assert {name: g.column for name, g in again.fields.items()} == {
        "parcel_code": "DKBM", "stated_area": "实测面积（亩）", "note": "x1"
    }  # fmt: skip
    assert again.fields["stated_area"].unit == "mu"


def test_every_finding_code_of_the_importers_has_sentences() -> None:
    import ast
    from pathlib import Path

    root = Path(__file__).resolve().parents[3] / "layers" / "importers"
    codes = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                parts = node.value.split(".")
                if len(parts) == 2 and parts[0] in ("import", "file", "shape", "crs"):
                    codes.add(node.value)
    assert len(codes) > 50
    assert list_missing(codes) == []
    assert get_kind("grid").zh == "网格"
