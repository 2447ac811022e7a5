"""Steps of a service request (群众点单—派单—党员接单): one table says what may follow what."""

from __future__ import annotations

from typing import Final

from grid_boundaries.errors import Conflict

OPEN: Final = "open"
TAKEN: Final = "taken"
DONE: Final = "done"
WITHDRAWN: Final = "withdrawn"

# act → {state before: state after}
STEPS: Final[dict[str, dict[str, str]]] = {
    "dispatch": {OPEN: OPEN},
    "take": {OPEN: TAKEN},
    "decline": {OPEN: OPEN, TAKEN: OPEN},
    "finish": {TAKEN: DONE},
    "withdraw": {OPEN: WITHDRAWN, TAKEN: WITHDRAWN},
}


def get_next_state(state: str, act: str) -> str:
    """The state after an act; raises Conflict ``service_request.wrong_state`` with what may be."""
    after = STEPS[act].get(state)
    if after is None:
        raise Conflict(
            "service_request.wrong_state", state=state, act=act, allowed=list_acts(state)
        )
    return after


def list_acts(state: str) -> list[str]:
    """What can be done with a request in this state."""
    return [act for act, steps in STEPS.items() if state in steps]
