"""The way to the mode of ``leroux``, the same for its two ways of reckoning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from layers.risk.leroux_design import Design
from layers.risk.provenance import Floats

_STEPS: Final = 30
_GAIN: Final = 1e-8
_HALVINGS: Final = 12
_HIGHEST_ETA: Final = 30.0


def find_mean_count(design: Design, eta: Floats) -> Floats:
    """Expected counts (n,) at log rates ``eta``, which count up to 30."""
    mean: Floats = design.expected * np.exp(np.minimum(eta, _HIGHEST_ETA))
    return mean


def find_log_likelihood(design: Design, eta: Floats) -> float:
    """Of the observed counts at log rates ``eta``, without its constant."""
    capped = np.minimum(eta, _HIGHEST_ETA)
    return float(design.observed @ capped - (design.expected * np.exp(capped)).sum())


def climb_to_mode(
    log_joint: Callable[[Floats], float], find_step: Callable[[Floats], Floats], start: Floats
) -> tuple[Floats, float]:
    """Newton's method with halved steps: where the log joint is highest, and how high."""
    at, value = start, log_joint(start)
    for _ in range(_STEPS):
        at, gain = _climb(log_joint, at, find_step(at), value)
        value += gain
        if gain < _GAIN * max(1.0, abs(value)):
            break
    return at, value


def _climb(
    log_joint: Callable[[Floats], float], at: Floats, step: Floats, value: float
) -> tuple[Floats, float]:
    for halving in range(_HALVINGS):
        trial = at + step * 0.5**halving
        gain = log_joint(trial) - value
        if gain > 0:
            return trial, gain
    return at, 0.0
