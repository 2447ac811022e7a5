"""The queue's app with its tasks and their times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from gis_api.db.engine import APP_ROLE
from gis_api.jobs import housekeeping
from gis_api.jobs.progress import Progress, run_job

# Cron times are UTC: 18:30 is half past two at night in Shanghai.
PRUNE_AT = "30 18 * * *"
BACKUP_AT = "0 18 * * *"
RETAIN_AT = "10 19 * * *"
CHECK_AT = "0 19 * * 6"
# Twenty to four: after everything that writes at night.
RISK_AT = "40 19 * * *"
# Five past midnight in Shanghai.
HAND_OVER_AT = "5 16 * * *"
GROUP_PLANS_AT = "10 16 * * *"
# Midnight in Shanghai, and again in case nobody was awake then.
GRIDS_AT = "0,30 * * * *"
SWEEP_AT = "* * * * *"
STALLED_AT = "*/5 * * * *"

Work = Callable[[Progress], Mapping[str, Any] | None]
AskedWork = Callable[[Progress, Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What tasks need; ``backup`` None means that nobody asked for a nightly backup.

    ``hand_over`` moves the cases of posts that change hands today, ``group_plans`` lets plans of
    party groups take effect on their day, ``grids`` lets rows follow plans of the grid on theirs;
    ``retain`` blanks personal data whose time is over; ``sweep`` finds the cases that somebody
    must look at; ``risk`` draws the risk maps of every area.  ``asked`` are
    tasks that somebody defers with arguments, by name.
    """

    url: str
    engine: Engine
    attachments_dir: Path
    session_idle_limit: timedelta
    backup: Callable[[], Mapping[str, Any]] | None = None
    retain: Work | None = None
    hand_over: Work | None = None
    group_plans: Work | None = None
    sweep: Work | None = None
    grids: Work | None = None
    risk: Work | None = None
    asked: Mapping[str, AskedWork] = field(default_factory=dict)


def make_queue(parts: WorkerParts) -> App:
    """The app of the worker; its connections have only the service's rights."""
    url = make_url(parts.url).set(drivername="postgresql")
    connector = PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False),
        kwargs={
            "options": f"-c search_path=procrastinate,public -c role={APP_ROLE}",
            "application_name": "wangge-worker",
            "prepare_threshold": None,
        },
        min_size=1,
        max_size=4,
    )
    app = App(connector=connector)
    backup = parts.backup
    _add(
        app, parts, "prune", PRUNE_AT,
        lambda progress: housekeeping.prune(parts.engine, parts.session_idle_limit, progress),
    )  # fmt: skip
    _add(
        app, parts, "check_attachments", CHECK_AT,
        lambda progress: housekeeping.check_attachments(
            parts.engine, parts.attachments_dir, progress
        ),
    )  # fmt: skip
    for name, cron, work in (
        ("retention", RETAIN_AT, parts.retain),
        ("hand_over", HAND_OVER_AT, parts.hand_over),
        ("group_plans", GROUP_PLANS_AT, parts.group_plans),
        ("grids", GRIDS_AT, parts.grids),
        ("sweep", SWEEP_AT, parts.sweep),
        ("risk_nightly", RISK_AT, parts.risk),
    ):
        if work is not None:
            _add(app, parts, name, cron, work)
    if backup is not None:
        _add(app, parts, "backup", BACKUP_AT, lambda _progress: backup())
    for name, asked_work in parts.asked.items():
        _add_asked(app, parts, name, asked_work)

    @app.periodic(cron=STALLED_AT)
    @app.task(name="retry_stalled", queueing_lock="retry_stalled")
    async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)

    return app


def _add(app: App, parts: WorkerParts, name: str, cron: str, work: Work) -> None:
    """A task that runs at its times and whenever it is deferred by name."""

    def task(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001
        assert context.job.id is not None
        run_job(parts.engine, context.job.id, name, work)

    registered = app.task(name=name, pass_context=True, queueing_lock=name)(task)
    app.periodic(cron=cron)(registered)


def _add_asked(app: App, parts: WorkerParts, name: str, work: AskedWork) -> None:
    """A task that runs when somebody defers it; several of one name may wait."""

    def task(context: JobContext, /, **args: Any) -> None:
        assert context.job.id is not None
        run_job(parts.engine, context.job.id, name, lambda progress: work(progress, args))

    app.task(name=name, pass_context=True)(task)
