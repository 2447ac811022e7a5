"""SQL lives in ``.sql`` files beside its store module; the file's name is the function's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, CursorResult

_INCLUDE: Final = re.compile(r"^-- include (?P<name>\w+)$", re.MULTILINE)
Run = Callable[..., CursorResult[Any]]


def read_statements(module_file: str) -> Mapping[str, str]:
    """The statements beside ``module_file`` by name, read once, here.

    A line ``-- include NAME`` stands for the file of that name beside it, so that a list and its
    count share one filter; KeyError where there is no such file.
    """
    folder = Path(module_file).parent
    files = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}
    return {
        name: _INCLUDE.sub(lambda line: files[line["name"]].rstrip("\n"), text)
        for name, text in files.items()
    }


def sql_runner(module_file: str) -> Run:
    """A function ``run(conn, name, **params)`` for the statements beside ``module_file``.

    Parameters are bound by the driver as ``%(name)s``.
    """
    statements = read_statements(module_file)

    def run(conn: Connection, name: str, /, **params: Any) -> CursorResult[Any]:
        return conn.exec_driver_sql(statements[name], params)

    return run


def row_or_none(result: CursorResult[Any]) -> Mapping[str, Any] | None:
    """The first row by column name, or None."""
    row = result.mappings().first()
    return None if row is None else dict(row)


def rows(result: CursorResult[Any]) -> list[dict[str, Any]]:
    """All rows by column name."""
    return [dict(row) for row in result.mappings()]
