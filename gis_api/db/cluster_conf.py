"""The configuration text of the private cluster, made anew at every start.

Durability first: nothing here trades an acknowledged write for speed.  No personal text reaches
the server's log: no statements, no parameters and no key values of failed constraints.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
ARCHIVE_TIMEOUT_S = 300  # the recovery point objective: at most five minutes of work lost
INCLUDE_LINE = "include = 'wangge.conf'  # written by wangge at every start"
HBA_TEXT = """\
# Written by wangge. No TCP port is open; the socket folder is private (mode 0700).
local  all          all  trust
local  replication  all  trust
"""


@dataclass(frozen=True)
class ClusterSize:
    """How much of the machine the cluster may use, in MiB and connections."""

    shared_buffers_mib: int
    effective_cache_mib: int
    work_mem_mib: int
    maintenance_mib: int
    max_wal_mib: int
    max_connections: int


def plan_size(memory_bytes: int, *, small: bool) -> ClusterSize:
    """A share of the machine that leaves room for the service, its worker and a browser.

    ``small`` is for the cluster of the tests: many short-lived databases, little data.
    """
    memory_mib = max(memory_bytes // MEBIBYTE, 512)
    buffers = 256 if small else min(max(memory_mib // 8, 128), 2048)
    return ClusterSize(
        shared_buffers_mib=min(buffers, memory_mib // 4),
        effective_cache_mib=memory_mib // 2,
        work_mem_mib=min(max(memory_mib // 512, 4), 32),
        maintenance_mib=min(max(memory_mib // 32, 64), 512),
        max_wal_mib=1024 if small else 4096,
        max_connections=100,
    )


def read_memory_bytes() -> int:
    """Physical memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def render_conf(
    size: ClusterSize, *, socket_dir: Path, log_dir: Path, archive_dir: Path | None
) -> str:
    """The text of ``wangge.conf``; ``archive_dir`` None turns WAL archiving off."""
    settings: dict[str, str] = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": str(size.max_connections),
        "superuser_reserved_connections": "5",
        "shared_buffers": f"{size.shared_buffers_mib}MB",
        "effective_cache_size": f"{size.effective_cache_mib}MB",
        "work_mem": f"{size.work_mem_mib}MB",
        "maintenance_work_mem": f"{size.maintenance_mib}MB",
        "max_wal_size": f"{size.max_wal_mib}MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "max_parallel_workers_per_gather": "1",
        "jit": "off",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "wal_compression": "on",
        "wal_level": "replica",
        "max_wal_senders": "4",
        "idle_in_transaction_session_timeout": "10min",
        "timezone": "Asia/Shanghai",
        "log_timezone": "Asia/Shanghai",
        "logging_collector": "on",
        "log_directory": str(log_dir),
        "log_filename": "postgresql-%a.log",
        "log_file_mode": "0600",
        "log_rotation_age": "1d",
        "log_truncate_on_rotation": "on",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        **_archive_settings(archive_dir),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join(["# Written by wangge at every start; edits are lost.", *lines, ""])


def _archive_settings(archive_dir: Path | None) -> dict[str, str]:
    if archive_dir is None:
        return {"archive_mode": "off"}
    target = _shell_quoted(f"{archive_dir}/%f.gz")
    part = _shell_quoted(f"{archive_dir}/%f.part")
    # A segment is whole or absent; archiving the same one twice must succeed (after a crash).
    command = f"gzip -1 < %p > {part} && sync {part} && mv {part} {target}"
    return {
        "archive_mode": "on",
        "archive_timeout": f"{ARCHIVE_TIMEOUT_S}s",
        "archive_command": command,
    }


def render_restore_command(archive_dir: Path) -> str:
    """The configuration line that fetches a segment back; it fails where the archive ends."""
    source = _shell_quoted(f"{archive_dir}/%f.gz")
    return f"restore_command = {_quoted(f'gunzip < {source} > %p')}"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _shell_quoted(value: str) -> str:
    # A literal % in the path would be read as a placeholder, except in our own %f.
    head, _, name = value.rpartition("/")
    return "'" + (head.replace("%", "%%") + "/" + name).replace("'", "'\\''") + "'"
