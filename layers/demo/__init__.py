"""Synthetic demo places: configuration in, labelled tables out; no database, no web."""

from .generate import generate
from .places import DemoPlace, get_place, list_places
from .town import LABEL, DemoTown, table_digest

__all__ = ["LABEL", "DemoPlace", "DemoTown", "generate", "get_place", "list_places", "table_digest"]
