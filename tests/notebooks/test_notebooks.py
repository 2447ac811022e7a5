"""The notebooks run from top to bottom, offline, and hold nothing but questions and answers."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
FILES = sorted(FOLDER.glob("*.ipynb"))
# Put before the first cell: whoever asks for a name that is not this machine is refused.
NO_NAMES = """
import socket
real = socket.getaddrinfo
def refuse(host, *rest, **more):
    if host in ("127.0.0.1", "localhost", None):
        return real(host, *rest, **more)
    raise OSError(f"asked for {host}")
socket.getaddrinfo = refuse
"""


def read(file: Path) -> Any:
    return nbformat.read(file, as_version=4)


def code_of(book: Any) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


def test_there_are_four() -> None:
    assert [re.match(r"\d\d", file.name)[0] for file in FILES] == ["01", "02", "03", "04"]  # type: ignore[index]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_notebook_defines_nothing_names_no_host_and_keeps_no_output(file: Path) -> None:
    book = read(file)
    nbformat.validate(book)
    for source in code_of(book):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(
                node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
            ), source
    assert not re.search(r"https?:|//[a-z]+\.", file.read_text("utf-8"))
    for cell in book.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
    assert "合成数据" in book.cells[0].source


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_notebook_runs_offline_to_its_end(file: Path, tmp_path: Path) -> None:
    book = read(file)
    book.cells.insert(0, nbformat.v4.new_code_cell(NO_NAMES))
    client = NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    kinds = {
        output.output_type
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    }
    assert "error" not in kinds
    assert kinds & {"execute_result", "display_data", "stream"}
