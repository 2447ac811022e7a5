"""Codes: labels that people read, each given once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.hierarchy.findings import CODE_DUPLICATE, CODE_MALFORMED, Finding

LONGEST_CODE: Final = 40
# letters and digits of any script and a few joiners; no spaces, no control characters
_WELL_FORMED: Final = re.compile(r"\w[\w./:-]*")


def is_well_formed(code: str, digits: int | None = None) -> bool:
    """Whether a text can be a code; with ``digits`` it must be that many ASCII digits."""
    if digits is not None:
        return len(code) == digits and code.isascii() and code.isdigit()
    return 0 < len(code) <= LONGEST_CODE and _WELL_FORMED.fullmatch(code) is not None


def check_codes(
    codes: list[str], ranks: npt.NDArray[np.int16], digits_of_rank: Mapping[int, int | None]
) -> list[Finding]:
    """Codes that cannot be codes, and codes given to several rows (``params.rows`` from 0)."""
    malformed = [
        Finding(
            CODE_MALFORMED,
            int(rank),
            (code,),
            params={"row": row, "digits": digits_of_rank.get(int(rank))},
        )
        for row, (code, rank) in enumerate(zip(codes, ranks, strict=True))
        if not is_well_formed(code, digits_of_rank.get(int(rank)))
    ]
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for row, code in enumerate(codes):
        rows_of[code].append(row)
    duplicates = [
        Finding(CODE_DUPLICATE, int(ranks[rows[0]]), (code,), params={"rows": rows})
        for code, rows in rows_of.items()
        if len(rows) > 1 and code
    ]
    return malformed + duplicates
