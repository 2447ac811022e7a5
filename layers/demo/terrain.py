"""Smooth random fields: their zero lines are the gullies and roads that borders follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .plane import Floats

_WAVES = 40


@dataclass(frozen=True)
class Field:
    """A sum of plane waves with unit variance; zero lines wander with about ``wavelength_m``."""

    wave_vectors: Floats
    phases: Floats

    def at(self, xy_m: Floats) -> Floats:
        """Field values, shape (n,)."""
        total = np.zeros(len(xy_m))
        for vector, phase in zip(self.wave_vectors, self.phases, strict=True):
            total += np.cos(xy_m @ vector + phase)
        return np.asarray(total * np.sqrt(2 / len(self.phases)))


def random_field(rng: np.random.Generator, wavelength_m: float) -> Field:
    """A field whose waves have lengths between 0.6 and 2.5 times ``wavelength_m``."""
    length = wavelength_m * np.exp(rng.uniform(np.log(0.6), np.log(2.5), _WAVES))
    angle = rng.uniform(0, 2 * np.pi, _WAVES)
    vectors = (2 * np.pi / length)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return Field(vectors, rng.uniform(0, 2 * np.pi, _WAVES))


def closeness_to_line(field: Field, xy_m: Floats, width: float = 0.25) -> Floats:
    """1 on the field's zero lines, falling to 0 away from them."""
    return np.asarray(np.exp(-((field.at(xy_m) / width) ** 2)))
