"""What the documents say exists: commands, options, settings, variables, linked files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import typer
from typer.core import TyperGroup

from gis_api.cli.main import COMMANDS, build_app
from gis_api.settings import Settings
from tests.pictures import PICTURES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PAGE_IDS = [str(page.relative_to(ROOT)) for page in PAGES]
SOURCES = ("script", "gis_api", "tests/conftest.py", "docker-compose.yml")

# A command stands in a code block at the start of a line, or begins a code span.
COMMAND = re.compile(
    r"(?:^(?:\$ )?|`)(?:\.venv/bin/)?wangge(?=[ `\n])(?P<rest>[^`\n#]*)", re.MULTILINE
)
OPTION = re.compile(r"(?<![\w-])--?[a-z][\w-]*")
VARIABLE = re.compile(r"\bWANGGE_[A-Z][A-Z_]*\b")
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")
SUBCOMMAND = re.compile(r"[a-z][a-z-]*")
LOOPBACK = {"127.0.0.1", "localhost"}


@cache
def _root() -> TyperGroup:
    """Every command, whichever a page names."""
    root = typer.main.get_command(build_app([]))
    assert isinstance(root, TyperGroup)
    return root


def _read_commands(text: str) -> Iterator[list[str]]:
    """The words behind every ``wangge`` of a page."""
    for found in COMMAND.finditer(text):
        if words := found["rest"].split():
            yield words


def _find_fault(words: list[str]) -> str | None:
    """What is wrong with a documented command line; None when it would be understood."""
    command: Any = _root()
    known = {"--help", *(o for p in _root().params for o in p.opts)}
    words = words[2:] if words[0] == "--as" else words
    while isinstance(command, TyperGroup) and words and SUBCOMMAND.fullmatch(words[0]):
        if words[0] not in command.commands:
            return f"no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
        known |= {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
    unknown = [option for option in OPTION.findall(" ".join(words)) if option not in known]
    return f"no option {unknown[0]}" if unknown else None


def test_documents_name_commands_at_all() -> None:
    named = {words[0] for page in PAGES for words in _read_commands(page.read_text("utf-8"))}
    assert {"serve", "locate", "assign", "import", "user", "backup", "restore"} <= named


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_every_documented_command_and_option_exists(page: Path) -> None:
    lines = _read_commands(page.read_text("utf-8"))
    faults = {" ".join(words): fault for words in lines if (fault := _find_fault(words))}
    assert faults == {}


@pytest.mark.parametrize(
    "words", [["nosuch"], ["user", "nosuch"], ["backup", "--nosuch"], ["user", "add", "--nosuch"]]
)
def test_a_command_that_does_not_exist_is_found_out(words: list[str]) -> None:
    assert _find_fault(words)


def test_every_command_is_in_the_documents() -> None:
    named = {words[0] for page in PAGES for words in _read_commands(page.read_text("utf-8"))}
    named |= {words[2] for page in PAGES for words in _read_commands(page.read_text("utf-8"))
              if words[0] == "--as" and len(words) > 2}  # fmt: skip
    assert sorted({command.name for command in COMMANDS} - named) == []


def test_operations_page_lists_exactly_the_settings() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    table = text.split("## 设置", 1)[1].split("脚本和命令另外认识的变量", 1)[0]
    documented = re.findall(r"^\| `(WANGGE_[A-Z_]+)` \|", table, re.MULTILINE)
    fields = {f"WANGGE_{name.upper()}" for name in Settings.model_fields}
    assert len(documented) == len(set(documented))
    assert sorted(set(documented) ^ fields) == []


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_every_documented_variable_is_read_somewhere(page: Path) -> None:
    settings = {f"WANGGE_{name.upper()}" for name in Settings.model_fields}
    named = set(VARIABLE.findall(page.read_text("utf-8")))
    assert sorted(named - settings - _variables_of_sources()) == []


@cache
def _variables_of_sources() -> frozenset[str]:
    paths = [path for name in SOURCES for path in [ROOT / name, *(ROOT / name).rglob("*")]]
    texts = (p.read_bytes().decode("utf-8", "replace") for p in paths if p.is_file())
    return frozenset(found for text in texts for found in VARIABLE.findall(text))


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_links_lead_to_files_of_the_repository_or_to_this_machine(page: Path) -> None:
    targets = [a or b for a, b in LINK.findall(page.read_text("utf-8"))]
    assert [target for target in targets if not _leads_somewhere(page, target)] == []


def _leads_somewhere(page: Path, target: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme:
        return parts.hostname in LOOPBACK
    if not parts.path:
        return True
    found = (page.parent / unquote(parts.path)).resolve()
    return found.is_relative_to(ROOT) and found.exists()


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_addresses_in_pages_are_of_private_networks(page: Path) -> None:
    hosts = {
        urlsplit(url).hostname or ""
        for url in re.findall(r"https?://[^\s`<>)\"|，。]+", page.read_text("utf-8"))
    }
    assert sorted(h for h in hosts if h not in LOOPBACK and not h.startswith("10.")) == []


def test_pictures_are_small_enough_to_be_kept() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "images").iterdir()}
    assert "map-zh.webp" in sizes
    assert {name: size for name, size in sizes.items() if size > 600_000} == {}


def test_every_picture_is_made_by_the_script() -> None:
    assert {path.name for path in (ROOT / "docs" / "images").iterdir()} == {
        f"{name}.webp" for name in PICTURES
    }
