"""The organisation department's workbook is read as it stands, and compared without guessing."""

from __future__ import annotations

import contextlib
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.members import read_roster as reading
from layers.members.read_roster import read_roster
from layers.members.roster_diff import Known, RosterDiff, diff_roster

GROUPS = {"一组": 1, "二组": 2}
KNOWN = (
    Known(10, 1, "曾小芳", "13900000001", "leader", ""),
    Known(11, 1, "单国强", None, "member", ""),
    Known(12, 2, "李建国", "13900000004", "member", "矿务局支部"),
    Known(13, 2, "张伟", "13900000005", "member", ""),
)
HEADINGS = ("序号", "姓名", "党小组", "联系电话", "职务")
SAME = [
    (1, "曾 小 芳", "一组", 13900000001, "组长"),
    (2, "单国强", "一组", None, None),
    (3, "李建国", "二组", "139 0000 0004", "党员"),
    (4, "张伟", "二组", 13900000005.0, "党员"),
]


def workbook(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["合成数据 党员花名册"])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def diff(*rows: tuple[Any, ...], known: tuple[Known, ...] = KNOWN) -> RosterDiff:
    return diff_roster(read_roster(workbook(*rows)), known, GROUPS)


def test_the_same_roster_differs_in_nothing() -> None:
    told = diff(*SAME)
    assert (told.added, told.removed, told.changed, told.faults) == ((), (), (), ())
    assert told.unchanged == 4


def test_added_removed_and_changed_are_told_apart() -> None:
    told = diff(
        SAME[0], (2, "王丽", "一组", None, None), (3, "李建国", "二组", "13900000009", "副组长"),
        SAME[3],
    )  # fmt: skip
    assert [(a.name, a.party_group_id, a.row) for a in told.added] == [("王丽", 1, 4)]
    assert [m.name for m in told.removed] == ["单国强"]
    assert [(c.name, c.field, c.before, c.after) for c in told.changed] == [
        ("李建国", "phone", "13900000004", "13900000009"),
        ("李建国", "duty", "member", "deputy"),
    ]


def test_name_and_phone_in_another_group_is_a_move() -> None:
    told = diff(*SAME[:2], (3, "李建国", "一组", "13900000004", None), SAME[3])
    assert (told.added, told.removed) == ((), ())
    assert [(c.member_id, c.field, c.after) for c in told.changed] == [(12, "party_group_id", 1)]


def test_name_alone_in_another_group_is_no_move() -> None:
    told = diff(SAME[0], (2, "单国强", "二组", None, None), *SAME[2:])
    assert ([a.name for a in told.added], [m.name for m in told.removed]) == (
        ["单国强"],
        ["单国强"],
    )


def test_group_that_the_file_never_names_is_left_alone() -> None:
    told = diff(*SAME[:2])
    assert (told.removed, told.unchanged) == ((), 2)


def test_rows_of_foreign_groups_change_nothing() -> None:
    told = diff(*SAME, (5, "外人", "九组", None, None))
    assert (told.added, told.foreign_rows) == ((), 1)


def test_twins_are_told_apart_by_phone_or_not_at_all() -> None:
    twins = (*KNOWN, Known(14, 1, "曾小芳", "13900000007", "member", ""))
    clear = diff(*SAME, (5, "曾小芳", "一组", "13900000007", "党员"), known=twins)
    assert (clear.faults, clear.unchanged) == ((), 5)
    unclear = diff(*SAME, (5, "曾小芳", "一组", None, None), known=twins)
    assert [f.code for f in unclear.faults] == ["roster.same_name"] * 2
    assert unclear.removed == ()


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ((5, None, "一组", None, None), "roster.no_name", "B"),
        ((5, "王丽", None, None, None), "roster.no_group", "C"),
        ((5, "王丽", "一组", "call me", None), "roster.bad_phone", "D"),
        ((5, "王丽", "一组", 1.39e12 + 0.5, None), "roster.bad_phone", "D"),
        ((5, "王丽", "一组", None, "国王"), "roster.unknown_duty", "E"),
        ((5, "#N/A", "一组", None, None), "roster.formula_error", "B"),
        ((5, "长" * 61, "一组", None, None), "roster.too_long", "B"),
    ],
)
def test_faulty_cell_is_named_with_row_and_column(
    row: tuple[Any, ...], code: str, column: str
) -> None:
    (fault,) = diff(*SAME, row).faults
    assert (fault.code, fault.row, fault.column) == (code, 7, column)


def test_digest_changes_with_the_diff() -> None:
    assert diff(*SAME).digest() == diff(*SAME).digest()
    assert diff(*SAME).digest() != diff(*SAME[1:]).digest()


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 torn"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_roster(content)
    assert refused.value.code == "roster.not_xlsx"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]),
    st.one_of(st.none(), st.binary(max_size=80)),
    st.integers(0, 400),
)
def test_torn_workbook_is_refused_and_never_a_crash(
    part: str, given_bytes: bytes | None, at: int
) -> None:
    whole = zipfile.ZipFile(io.BytesIO(workbook(*SAME)))
    torn = io.BytesIO()
    with zipfile.ZipFile(torn, "w") as target:
        for name in whole.namelist():
            content = whole.read(name)
            if name == part:
                content = content[:at] + (given_bytes or b"") + content[at + 1 :]
                if given_bytes is None:
                    continue
            target.writestr(name, content)
    with contextlib.suppress(InvalidInput, TooLarge):
        read_roster(torn.getvalue())


def test_missing_and_double_headings_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_roster(workbook(*SAME, headings=("序号", "谁", "党小组", "电话", "职务")))
    assert refused.value.code == "roster.no_heading"
    with pytest.raises(InvalidInput) as refused:
        read_roster(workbook(*SAME, headings=("姓名", "姓名", "党小组", "电话", "职务")))
    assert refused.value.code == "roster.double_heading"


def test_workbook_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(TooLarge):
        read_roster(workbook(*SAME))
    monkeypatch.undo()
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    with pytest.raises(TooLarge):
        read_roster(workbook(*SAME))
