"""Who sees a case after the ground under it went to other cells."""

from __future__ import annotations

from typing import Final

_SEGMENT: Final = 8
_WHOLE_PLACE_ONLY: Final = "0"


def follow_access(old_scope: str, old_access: str, new_scope: str) -> str:
    """The key of who may see a moved case, given where it lay, who saw it and where it lies.

    Seen by all above its place, it goes on so.  Hidden from a cell complained of, it stays hidden
    from that cell; where that cell no longer lies above it, the case is hidden from as many levels
    as before, so that a redraw never shows a complaint to more people than somebody decided.
    """
    if old_access == old_scope or _WHOLE_PLACE_ONLY in (old_scope, new_scope):
        return new_scope if old_access == old_scope else _WHOLE_PLACE_ONLY
    if old_access == _WHOLE_PLACE_ONLY or not old_scope.startswith(old_access):
        return _WHOLE_PLACE_ONLY
    hidden_cell = old_scope[len(old_access) : len(old_access) + _SEGMENT]
    segments = [new_scope[i : i + _SEGMENT] for i in range(0, len(new_scope), _SEGMENT)]
    if hidden_cell in segments:
        above = _SEGMENT * segments.index(hidden_cell)
    else:
        above = min(len(old_access), len(new_scope) - _SEGMENT)
    return new_scope[:above] or _WHOLE_PLACE_ONLY


def cells_of(scope_key: str) -> list[int]:
    """Ids of the cells of a key, from the top down; none for what lies in no cell."""
    if len(scope_key) % _SEGMENT:
        return []
    return [int(scope_key[i : i + _SEGMENT], 16) for i in range(0, len(scope_key), _SEGMENT)]
