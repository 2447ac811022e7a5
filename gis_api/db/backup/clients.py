"""Running pg_dump and pg_restore of a fitting version, without a password on the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from grid_boundaries.errors import WanggeError


class ClientFailure(WanggeError):
    """pg_dump or pg_restore is missing or said no; ``params`` hold its last words."""


def find_client(name: str, server_major: int) -> str:
    """Path of a client program at least as new as the server; raises ClientFailure."""
    packaged = [
        (int(folder.name), folder / "bin" / name)
        for folder in Path("/usr/lib/postgresql").glob("[0-9]*")
        if (folder / "bin" / name).exists()
    ]
    fitting = sorted(found for found in packaged if found[0] >= server_major)
    if fitting:
        return str(fitting[0][1])
    on_path = shutil.which(name)
    if on_path is None or packaged:
        raise ClientFailure("backup.client_missing", program=name, needs=server_major)
    return on_path


def run_client(program: str, conninfo: str, *arguments: str) -> None:
    """Run against the database of ``conninfo``; raises ClientFailure with the program's words."""
    url = make_url(conninfo)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PGAPPNAME": "wangge backup"}
    if url.password is not None:
        environment["PGPASSWORD"] = str(url.password)
    address = url.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [program, "--no-password", "--dbname", address, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        words = [line for line in done.stderr.splitlines() if "detail" not in line.lower()]
        raise ClientFailure(
            "backup.client_failed", program=Path(program).name, output="\n".join(words)[-1500:]
        )
