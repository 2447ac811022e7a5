"""A list and its count cannot drift apart: both take in one file with the filter."""

from __future__ import annotations

from pathlib import Path

import pytest

from grid_boundaries.store.sql_files import sql_runner

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("folder", "part", "users"),
    [
        ("gis_api/cases/store", "case_filter", ("list_cases", "count_cases")),
        ("gis_api/audit", "audit_filter", ("list_audit", "count_audit")),
    ],
)
def test_list_and_count_share_their_filter(folder: str, part: str, users: tuple[str, ...]) -> None:
    assert (ROOT / folder / f"{part}.sql").read_text("utf-8").count("IS NULL") >= 5
    for user in users:
        lines = (ROOT / folder / f"{user}.sql").read_text("utf-8").splitlines()
        assert f"-- include {part}" in lines


def test_an_include_without_a_file_fails_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.sql").write_text("SELECT 1\n-- include nothing\n", "utf-8")
    with pytest.raises(KeyError, match="nothing"):
        sql_runner(str(tmp_path / "store.py"))
