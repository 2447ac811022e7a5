"""``wangge``: every command, and the one place where an error becomes a sentence.

A command's module is imported only when that command is asked for.  Exit codes: 0 done, 1 our
fault, 2 bad input or refused, 130 stopped by hand.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, NamedTuple

import psycopg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from gis_api.messages import render_sentences
from grid_boundaries.errors import InvalidInput, WanggeError


class Command(NamedTuple):
    """A command and where it lives; a typer app becomes a group of commands."""

    name: str
    module: str
    attribute: str


COMMANDS: tuple[Command, ...] = (
    Command("serve", "gis_api.cli.serve", "serve"),
    Command("worker", "gis_api.cli.worker", "worker"),
    Command("locate", "gis_api.cli.locate", "locate"),
    Command("assign", "gis_api.cli.assign", "assign"),
    Command("import", "gis_api.cli.import_grids", "app"),
    Command("export", "gis_api.cli.export", "export"),
    Command("tiles", "gis_api.cli.tiles", "tiles"),
    Command("grids", "gis_api.cli.grids", "app"),
    Command("redraw", "gis_api.cli.redraw", "app"),
    Command("land", "gis_api.cli.land", "app"),
    Command("demo", "gis_api.cli.demo", "demo"),
    Command("post", "gis_api.cli.post", "app"),
    Command("user", "gis_api.cli.user", "app"),
    Command("token", "gis_api.cli.token", "app"),
    Command("staff", "gis_api.cli.staff", "app"),
    Command("members", "gis_api.cli.members", "app"),
    Command("backup", "gis_api.cli.backup", "backup"),
    Command("restore", "gis_api.cli.restore", "restore"),
    Command("upgrade", "gis_api.cli.upgrade", "upgrade"),
    Command("cluster", "gis_api.cli.cluster", "app"),
    Command("tls", "gis_api.cli.tls", "app"),
    Command("audit", "gis_api.cli.audit", "app"),
    Command("sheet", "gis_api.cli.sheet", "app"),
    Command("report", "gis_api.cli.report", "app"),
    Command("retention", "gis_api.cli.retention", "app"),
    Command("subject", "gis_api.cli.subject", "app"),
    Command("calendar", "gis_api.cli.calendar", "app"),
    Command("sweep", "gis_api.cli.sweep", "sweep"),
    Command("risk", "gis_api.cli.risk", "app"),
)


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """The typer app with the command that ``arguments`` ask for, or with all of them."""
    app = typer.Typer(
        name="wangge",
        help="网格：地点归哪个网格、谁负责、为什么 / Which grid, which officer, and why.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_global_options)
    asked = [command for command in COMMANDS if command.name in arguments]
    for command in asked or [c for c in COMMANDS if find_spec(c.module)]:
        found = getattr(import_module(command.module), command.attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=command.name)
        else:
            app.command(command.name)(found)
    return app


def _global_options(
    as_user: Annotated[
        str | None,
        typer.Option("--as", metavar="USER", help="以此账号的名义 / act as this account"),
    ] = None,
) -> None:
    from gis_api.cli.acting import acting_login

    acting_login.set(as_user)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit; an error is a sentence and a hint on stderr, never a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        build_app(given)(args=given, prog_name="wangge")
    except WanggeError as error:
        _stop(error, 2)
    except ValidationError as error:
        names = sorted({str(found["loc"][0]) for found in error.errors() if found["loc"]})
        _stop(InvalidInput("settings.invalid", names=names), 2)
    except (SQLAlchemyError, psycopg.Error) as error:
        from gis_api.db.explain import explain_database_error

        _stop(_for_commands(explain_database_error(error), error), 1, error)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _stop(WanggeError("cli.os_error", reason=error.strerror or "?"), 1, error)
    except Exception as error:  # noqa: BLE001  the last resort
        _stop(WanggeError("cli.internal", error=type(error).__name__), 1, error)


def _for_commands(explained: WanggeError, error: Exception) -> WanggeError:
    """A command has no log to point at."""
    if explained.code != "service.internal":
        return explained
    return WanggeError("cli.internal", error=type(error).__name__)


def render_message(error: WanggeError, lang: str | None) -> str:
    """Detail and fix in Chinese for LANG=zh*, in English for other languages, both if unsure."""
    sentences = render_sentences(error.code, error.params)
    languages = _languages(lang)
    lines = [sentences.detail[language] for language in languages]
    if sentences.fix:
        lines += ["→ " + sentences.fix[lang] for lang in languages if lang in sentences.fix]
    return "\n".join([*lines, f"[{error.code}]"])


def _languages(lang: str | None) -> tuple[str, ...]:
    if not lang or lang.split(".")[0] in ("C", "POSIX"):
        return ("zh", "en")
    return ("zh",) if lang.startswith("zh") else ("en",)


def _stop(error: WanggeError, exit_code: int, cause: BaseException | None = None) -> None:
    lang = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    print(render_message(error, lang), file=sys.stderr)
    if cause is not None and os.environ.get("WANGGE_DEBUG"):
        traceback.print_exception(cause, file=sys.stderr)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
