"""Values as people read them in a sheet: 是/否, and the word of a choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from layers.exporters.tables import LIST_MARK, Batch, Column, flat

YES, NO = "是", "否"
_BOOLEAN: Final = {True: YES, False: NO}


def shown(column: Column, batch: Batch) -> Iterable[Any]:
    """The values of a column for a sheet; a choice without a word stays as it is stored."""
    words = column.words
    if column.type == "list" and words is not None:
        items = batch.columns[column.name]
        return (LIST_MARK.join(words.get(i, i) for i in row) if row else None for row in items)
    values = flat(column, batch)
    if column.type == "boolean":
        return (_BOOLEAN.get(value) for value in values)
    if words is None:
        return values
    return (words.get(value, value) for value in values)
