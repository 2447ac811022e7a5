"""Text in spreadsheet cells: nothing starts a formula, no code loses a digit, and it comes back.

A workbook says itself that a cell is text.  A CSV cannot, so there a mark stands before such text,
which ``unmark`` takes off again:

- an apostrophe before ``= + - @``, tab, carriage return, and before an apostrophe itself;
- a tab before digits that a spreadsheet would round or strip (eleven or more, or a leading zero).
"""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile(r"[=+\-@\t\r']")
_DIGITS: Final = re.compile(r"[0-9]{11,}|0[0-9]+")
# XML 1.0 has no place for these.
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def mark(text: str) -> str:
    """Text as it may stand in a CSV."""
    if _DIGITS.fullmatch(text):
        return "\t" + text
    return "'" + text if _FORMULA.match(text) else text


def unmark(text: str) -> str:
    """The text that ``mark`` was given; text that carries no mark stays as it is."""
    if text.startswith("\t") and _DIGITS.fullmatch(text, 1):
        return text[1:]
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def for_xml(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)
