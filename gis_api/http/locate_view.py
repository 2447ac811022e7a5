"""A location as JSON; the fast path writes its text directly."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from fastapi.responses import Response

from grid_boundaries.locate.location import CellRef, Location, RunnerUp
from grid_boundaries.locate.point import PointIndex


def location_view(found: Location, lng: float, lat: float, on: date) -> dict[str, Any]:
    """Plain values: distances to the millimetre, shares to 1e-6."""
    return {
        "lng": lng,
        "lat": lat,
        "on": on.isoformat(),
        "grid_version_id": found.version_id,
        "how": found.how,
        "cell": None if found.lead is None else _cell(found.lead),
        "ancestors": [_cell(cell) for cell in found.ancestors],
        "joint": [_cell(cell) for cell in found.joint],
        "runner_up": None if found.runner_up is None else _runner_up(found.runner_up),
        "border_distance_m": _rounded(found.border_distance_m, 3),
        "lead_share": _rounded(found.lead_share, 6),
    }


class CellTexts:
    """The JSON of the cells of one index and of their paths, each made once."""

    def __init__(self, index: PointIndex) -> None:
        self._index = index
        self._cells: list[str | None] = [None] * len(index.cells)
        self._paths: list[str | None] = [None] * len(index.cells)

    def get_cell(self, row: int) -> str:
        """The cell of a row of the snapshot."""
        text = self._cells[row]
        if text is None:
            view = _cell(self._index.cells[row])
            text = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
            self._cells[row] = text
        return text

    def get_path(self, row: int) -> str:
        """The list of its ancestors, root first."""
        text = self._paths[row]
        if text is None:
            above = self._index.ancestors[row]
            text = self._paths[row] = f"[{','.join(self.get_cell(c.row) for c in above)}]"
        return text


_texts: WeakKeyDictionary[PointIndex, CellTexts] = WeakKeyDictionary()


def get_texts(index: PointIndex) -> CellTexts:
    """The texts that belong to an index; they go when it goes."""
    texts = _texts.get(index)
    if texts is None:
        texts = _texts[index] = CellTexts(index)
    return texts


def locate_response(
    index: PointIndex, found: Location, lng: float, lat: float, on: date
) -> Response:
    """:func:`location_view` as a ready response, put together from the texts of its cells."""
    texts = get_texts(index)
    lead, runner_up = found.lead, found.runner_up
    text = (
        f'{{"lng":{lng!r},"lat":{lat!r},"on":"{on.isoformat()}"'
        f',"grid_version_id":{found.version_id},"how":"{found.how}"'
        f',"cell":{"null" if lead is None else texts.get_cell(lead.row)}'
        f',"ancestors":{"[]" if lead is None else texts.get_path(lead.row)}'
        f',"joint":[{",".join([texts.get_cell(cell.row) for cell in found.joint])}]'
        f',"runner_up":{"null" if runner_up is None else _runner_up_text(texts, runner_up)}'
        f',"border_distance_m":{_number_text(found.border_distance_m, 3)}'
        f',"lead_share":{_number_text(found.lead_share, 6)}}}'
    )
    return Response(text, media_type="application/json")


def _runner_up_text(texts: CellTexts, runner_up: RunnerUp) -> str:
    cell, distance_m = texts.get_cell(runner_up.cell.row), _number_text(runner_up.distance_m, 3)
    share = _number_text(runner_up.share, 6)
    return f'{cell[:-1]},"distance_m":{distance_m},"share":{share}}}'


def _number_text(value: float | None, decimals: int) -> str:
    return "null" if value is None else repr(round(value, decimals))


def _cell(cell: CellRef) -> dict[str, Any]:
    return {"code": cell.code, "name": cell.name, "rank": cell.level}


def _runner_up(runner_up: RunnerUp) -> dict[str, Any]:
    return _cell(runner_up.cell) | {
        "distance_m": _rounded(runner_up.distance_m, 3),
        "share": _rounded(runner_up.share, 6),
    }


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
