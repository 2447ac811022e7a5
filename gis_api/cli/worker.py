"""``wangge worker``: does the long and the nightly work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlalchemy import Engine

from gis_api.actions.backup import backup
from gis_api.actions.export_jobs import TASK as EXPORT
from gis_api.actions.export_jobs import run_export
from gis_api.actions.form_groups import apply_due_plans
from gis_api.actions.hand_over import apply_due_hand_overs
from gis_api.actions.imports.work import make_tasks as make_import_tasks
from gis_api.actions.land_checks import TASK as LAND_CHECK
from gis_api.actions.land_checks import run_check
from gis_api.actions.publish_grids import apply_due_grids
from gis_api.actions.redraw.propose import TASK as REDRAW
from gis_api.actions.redraw.propose import run_proposals
from gis_api.actions.retain import retain
from gis_api.actions.risk_jobs import TASK as RISK_LOOK
from gis_api.actions.risk_jobs import run_look
from gis_api.actions.risk_look import look_nightly
from gis_api.actions.seal_audit import start_sealing
from gis_api.actions.sweep_cases import sweep_cases
from gis_api.db import cluster
from gis_api.db.cluster_databases import DatabaseAddress
from gis_api.db.engine import SYSTEM, make_engine
from gis_api.jobs.progress import Progress
from gis_api.jobs.queue import Work, WorkerParts, make_queue
from gis_api.observability.logs import configure_logging, get_logger
from gis_api.settings import Settings


def worker(
    once: Annotated[
        bool, typer.Option("--once", help="做完现有作业就退出 / stop when the queue is empty")
    ] = False,
) -> None:
    """执行后台作业：封存审计、夜间清理、备份、长任务 / Seal, prune, back up, do long work."""
    settings = Settings()
    configure_logging()
    address = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=Console(stderr=True).print,
    )
    engine = make_engine(address.app_url, pool_size=4)
    parts = WorkerParts(
        url=address.app_url,
        engine=engine,
        attachments_dir=settings.attachments_path,
        session_idle_limit=settings.session_idle_limit,
        backup=_make_backup(settings, address),
        retain=_make_retain(engine),
        hand_over=lambda _progress: {"applied": apply_due_hand_overs(engine)},
        sweep=lambda _progress: asdict(sweep_cases(engine)),
        group_plans=lambda _progress: {"applied": apply_due_plans(engine, SYSTEM)},
        risk=lambda progress: look_nightly(engine, progress.step),
        grids=lambda _progress: {"applied": apply_due_grids(engine)},
        asked={
            RISK_LOOK: partial(run_look, engine),
            EXPORT: partial(run_export, engine, settings.exports_path),
            LAND_CHECK: partial(run_check, engine),
            REDRAW: partial(run_proposals, engine),
            **make_import_tasks(
                engine, settings.imports_path, settings.index_path, settings.envelope_margin_m
            ),
        },
    )
    get_logger().info("worker_started")
    stop_sealing = start_sealing(engine)
    try:
        asyncio.run(_work(parts, once=once))
    finally:
        stop_sealing()
        engine.dispose()


async def _work(parts: WorkerParts, *, once: bool) -> None:
    queue = make_queue(parts)
    async with queue.open_async():
        await queue.run_worker_async(
            wait=not once, listen_notify=not once, shutdown_graceful_timeout=20.0
        )


def _make_retain(engine: Engine) -> Work:
    def work(progress: Progress) -> Mapping[str, Any]:
        states = retain(engine, SYSTEM, commit=True, step=progress.step)
        return {state.rule.rule: state.blanked for state in states}

    return work


def _make_backup(
    settings: Settings, address: DatabaseAddress
) -> Callable[[], Mapping[str, Any]] | None:
    folder = settings.backup_dir
    if folder is None:
        return None

    def make() -> Mapping[str, Any]:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        report = backup(address, settings.attachments_path, folder)
        return {"file": report.file.name, "bytes": report.bytes}

    return make
