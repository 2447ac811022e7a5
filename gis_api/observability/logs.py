"""JSON lines on stderr.  A line holds names of events, routes, codes and numbers only.

Messages of exceptions are left out: a database error may quote the row it failed on.  What is
kept of an exception is its type and the places in the code.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any

import structlog

_MAX_FRAMES = 12
# Their messages tell of processes and ports; others are shown without their arguments.
_PLAIN_LOGGERS = ("uvicorn.error", "wangge")


def configure_logging(level: str = "INFO") -> None:
    """Send structlog and the standard library's loggers to stderr as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=_StderrLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(level)
    # Its lines hold the raw path and query.
    access = logging.getLogger("uvicorn.access")
    access.handlers = []
    access.propagate = False
    access.disabled = True


def get_logger() -> Any:
    """The service's logger: ``get_logger().info("event_name", key=value)``."""
    return structlog.get_logger("wangge")


def write_request_line(
    request_id: str,
    method: str,
    route: str,
    status: int,
    seconds: float,
    account_id: int | None = None,
) -> None:
    """The one line of a request; written out by hand because every answer waits for it.

    ``method`` and ``route`` come from our own tables, never from the request; ``account_id`` is the
    number of the account that asked, never its login.
    """
    account = "null" if account_id is None else str(account_id)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(
        f'{{"event": "request", "method": "{method}", "route": {_quote(route)}, "status": {status},'
        f' "ms": {seconds * 1000:.1f}, "account": {account}, "request_id": "{request_id}",'
        f' "level": "info", "timestamp": "{now}"}}\n'
    )


@lru_cache(maxsize=512)
def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def log_failure(event: str, error: BaseException, **facts: Any) -> None:
    """An error with its type and places in the code, without its message."""
    get_logger().error(event, **facts, **describe_error(error))


def describe_error(error: BaseException) -> dict[str, Any]:
    """Type, SQLSTATE if any, and frames ``file:line function``, innermost last."""
    original = getattr(error, "orig", None)
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "frames": _frames(error.__traceback__),
    }
    if original is not None:
        told["cause"] = type(original).__name__
        told["sqlstate"] = getattr(original, "sqlstate", None)
    return told


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MAX_FRAMES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


class _StderrLogger:
    """Writes to whatever stderr is now."""

    def __init__(self, *_args: Any) -> None:
        pass

    def msg(self, message: str) -> None:
        sys.stderr.write(message + "\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = exception = log = fatal = warn = msg


class _JsonFormatter(logging.Formatter):
    """A standard record as a JSON line; its arguments only where they are known to be harmless."""

    def format(self, record: logging.LogRecord) -> str:
        plain = record.name in _PLAIN_LOGGERS and not record.exc_info
        told: dict[str, Any] = {
            "event": record.getMessage() if plain else str(record.msg)[:200],
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told |= describe_error(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=str)
