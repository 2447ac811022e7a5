"""What wraps every request: the shell (ids, headers, log, metrics) and the body limit."""

from gis_api.http.middleware.body_limit import BodyLimit
from gis_api.http.middleware.shell import RequestShell

__all__ = ["BodyLimit", "RequestShell"]
