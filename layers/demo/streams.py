"""One random stream per place and layer, so that adding a layer changes no other."""

from __future__ import annotations

import zlib

import numpy as np


def layer_stream(seed: int, layer: str) -> np.random.Generator:
    """A generator that depends on the place's seed and the layer's name only."""
    return np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(layer.encode())]))
