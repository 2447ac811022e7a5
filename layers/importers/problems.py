"""What stops an import: every problem of a file at once, with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from grid_boundaries.errors import InvalidInput

ROWS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of fault of a file; ``rows`` are numbered from 1 as the file has them.

    ``code`` and ``params`` are those of an error, so that the same catalogue has its sentence.
    """

    code: str
    rows: tuple[int, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def stated(self) -> dict[str, Any]:
        """Parameters of the sentence: the own ones, the first rows, and how many there are."""
        return {"rows": list(self.rows[:ROWS_SHOWN]), "count": len(self.rows), **self.params}

    def to_json(self) -> dict[str, Any]:
        """Plain values with all rows."""
        return {"code": self.code, "rows": list(self.rows), "params": self.params}


class ImportRefused(InvalidInput):
    """A file that cannot be imported; ``problems`` lists everything that is wrong with it."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        super().__init__(
            "import.refused",
            file=file,
            count=len(problems),
            problems=[problem.code for problem in problems],
        )
        self.problems = tuple(problems)
