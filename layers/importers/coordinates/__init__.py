"""The coordinate doctor: what coordinates are in, how sure that is, and the way to EPSG:4490."""

from layers.importers.coordinates.doctor import Candidate, Diagnosis, diagnose, sample_points
from layers.importers.coordinates.moving import transform

__all__ = ["Candidate", "Diagnosis", "diagnose", "sample_points", "transform"]
