"""Hide small numbers of a tree of sums so that what is shown does not give them away.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

LEAST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Count:
    """A number and the parts that add up to it; ``value`` None: hidden."""

    key: str
    value: int | None
    parts: tuple[Count, ...] = field(default=())


def add_up(key: str, parts: tuple[Count, ...]) -> Count:
    """The node whose value is the sum of its parts; all of them must be known."""
    return Count(key, sum(part.value or 0 for part in parts), parts)


def hide_small(tree: Count, least: int = LEAST_SHOWN) -> Count:
    """The tree with every number below ``least`` hidden, and as few others as keep them hidden.

    Of the parts of a shown number either none is hidden, or at least two that together make
    ``least`` or more; below a hidden number everything is hidden.  So each hidden number may, for
    all that a reader knows, be anything from 0 to at least ``least``: the sums above fix only what
    several hidden parts make together.  Of the parts that could be hidden besides, the smallest
    are taken, ties to the first.
    """
    if tree.value is None or tree.value < least:
        return _hide_all(tree)
    hidden = {n for n, part in enumerate(tree.parts) if (part.value or 0) < least}
    if hidden:
        others = sorted(
            (n for n in range(len(tree.parts)) if n not in hidden),
            key=lambda n: (tree.parts[n].value or 0, n),
        )
        while others and not _is_safe([tree.parts[n] for n in hidden], least):
            hidden.add(others.pop(0))
    return Count(
        tree.key,
        tree.value,
        tuple(
            _hide_all(part) if n in hidden else hide_small(part, least)
            for n, part in enumerate(tree.parts)
        ),
    )


def _is_safe(hidden: list[Count], least: int) -> bool:
    return len(hidden) > 1 and sum(part.value or 0 for part in hidden) >= least


def _hide_all(tree: Count) -> Count:
    return Count(tree.key, None, tuple(_hide_all(part) for part in tree.parts))
