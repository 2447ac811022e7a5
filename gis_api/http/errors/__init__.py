"""Errors at the HTTP edge: every refusal is problem+json, zh and en."""

from gis_api.http.errors.handlers import install_error_handlers
from gis_api.http.errors.problems import render_problem

__all__ = ["install_error_handlers", "render_problem"]
