"""How small a fault may be before it is one; every check takes these and none has its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Faults at or below these sizes are not reported.

    ``area_m2`` holds for overlaps, gaps, holes, ground outside the parent and detached parts;
    a border shared over ``border_m`` or less joins nothing (a corner never does).
    """

    area_m2: float = 0.01
    border_m: float = 0.05
