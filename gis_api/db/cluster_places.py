"""Where the private cluster lives, which system user runs it, and which socket it listens on.

PostgreSQL refuses to run as root, so root lends the work to the system user ``postgres``; that
user must be able to traverse every parent of the data folder.  Where it cannot, the cluster goes
to a system data folder.  The choice is written down once, so that a later change of permissions
never makes an empty second cluster beside the real one.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grid_boundaries.errors import WanggeError

SYSTEM_HOME = Path("/var/lib/wangge")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT_BYTES = 107  # sun_path on Linux is 108 bytes with its closing zero
MINIMUM_MAJOR = 15
_PLAIN_PATH = re.compile(r"^[\w./+@-]+$")

Say = Callable[[str], None]


class ClusterUnusable(WanggeError):
    """The private cluster cannot be made, started or trusted; ``params`` say why and what to do."""


@dataclass(frozen=True)
class ClusterPlaces:
    """Every path of one private cluster and the user that owns them."""

    home: Path
    socket_dir: Path
    bin_dir: Path
    wal_archive: Path
    run_as: str | None
    """System user to become, or None to run as the present one."""

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log_dir(self) -> Path:
        return self.home / "log"

    @property
    def start_log(self) -> Path:
        return self.log_dir / "start.log"

    def run(self, *argv: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as the cluster's user, in the cluster's home, with a neutral locale."""
        account: dict[str, Any] = {}
        env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self.home)}
        if self.run_as is not None:
            entry = pwd.getpwnam(self.run_as)
            account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [str(part) for part in argv],
            cwd=self.home,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            # Ctrl-C in a terminal must not reach pg_ctl: it would stop the server it is starting.
            start_new_session=True,
            **account,
        )
        if check and done.returncode != 0:
            raise ClusterUnusable(
                "cluster.command_failed",
                command=Path(str(argv[0])).name,
                exit_code=done.returncode,
                output=(done.stderr or done.stdout).strip()[-2000:],
            )
        return done

    def give(self, path: Path, mode: int) -> None:
        """Hand a file or folder to the cluster's user with exactly this mode."""
        if self.run_as is not None:
            entry = pwd.getpwnam(self.run_as)
            os.chown(path, entry.pw_uid, entry.pw_gid)
        path.chmod(mode)

    def make_dir(self, path: Path) -> None:
        """Make a folder that only the cluster's user (and root) can enter."""
        path.mkdir(parents=True, exist_ok=True)
        self.give(path, 0o700)


def find_bin_dir(major: int | None = None) -> Path:
    """The folder of initdb and pg_ctl: this major version, else the newest that has PostGIS.

    Raises ClusterUnusable when PostgreSQL ≥ 15 with PostGIS is not installed.
    """
    configured = os.environ.get("WANGGE_PG_BIN")
    if configured:
        return Path(configured)
    installed = {
        int(folder.name): folder / "bin"
        for folder in Path("/usr/lib/postgresql").glob("[0-9]*")
        if (folder / "bin" / "initdb").exists() and _has_postgis(folder.name)
    }
    if major is not None:
        if major not in installed:
            raise ClusterUnusable("cluster.major_version_missing", needs=major)
        return installed[major]
    usable = [number for number in installed if number >= MINIMUM_MAJOR]
    if usable:
        return installed[max(usable)]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise ClusterUnusable("cluster.postgis_not_installed", needs=f"PostgreSQL {MINIMUM_MAJOR}+")


def _has_postgis(major: str) -> bool:
    return Path(f"/usr/share/postgresql/{major}/extension/postgis.control").exists()


def find_places(var_dir: Path, *, say: Say, wal_archive: Path | None = None) -> ClusterPlaces:
    """Decide once, and then remember, where the cluster of ``var_dir`` lives.

    Writes ``var_dir/cluster.json``.  Raises ClusterUnusable when the remembered place cannot be
    reached any more, rather than starting an empty cluster elsewhere.
    """
    var_dir = var_dir.resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    run_as = "postgres" if os.geteuid() == 0 else None
    if run_as is not None:
        _require_account(run_as)
    note = var_dir / "cluster.json"
    known = json.loads(note.read_text("utf-8")) if note.exists() else {}
    home = Path(known["home"]) if "home" in known else _choose_home(var_dir, run_as, say)
    _require_home(home, run_as, remembered="home" in known)
    major = _read_major(home / "data")
    places = ClusterPlaces(
        home=home,
        socket_dir=_choose_socket_dir(home),
        bin_dir=find_bin_dir(major),
        wal_archive=wal_archive or _known_archive(known, home, var_dir),
        run_as=run_as,
    )
    wanted = {
        "home": str(home),
        "socket_dir": str(places.socket_dir),
        "wal_archive": str(places.wal_archive),
    }
    if known != wanted:
        note.write_text(json.dumps(wanted, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return places


def read_places(var_dir: Path, *, wal_archive: Path | None = None) -> ClusterPlaces | None:
    """The remembered places, without touching or probing anything; None before the first start."""
    var_dir = var_dir.resolve()
    note = var_dir / "cluster.json"
    if not note.exists():
        return None
    known = json.loads(note.read_text("utf-8"))
    home = Path(known["home"])
    return ClusterPlaces(
        home=home,
        socket_dir=Path(known["socket_dir"]),
        bin_dir=find_bin_dir(_read_major(home / "data")),
        wal_archive=wal_archive or _known_archive(known, home, var_dir),
        run_as="postgres" if os.geteuid() == 0 else None,
    )


def _known_archive(known: dict[str, str], home: Path, var_dir: Path) -> Path:
    """Where it was put before, so that every command finds it; else beside the cluster."""
    if "wal_archive" in known:
        return Path(known["wal_archive"])
    return (var_dir if home.is_relative_to(var_dir) else home) / "wal_archive"


def _require_account(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        raise ClusterUnusable("cluster.system_user_missing", user=name) from None


def _choose_home(var_dir: Path, run_as: str | None, say: Say) -> Path:
    home = var_dir / "pg"
    if run_as is None or (home / "data").exists():
        return home
    if _can_use(home, run_as):
        return home
    moved = SYSTEM_HOME / _short_hash(var_dir)
    say(f"数据库放在 {moved}:用户 {run_as} 进不了 {home.parent} 的上级目录。")
    say(f"The database goes to {moved}: user {run_as} cannot traverse the parents of {home}.")
    return moved


def _can_use(home: Path, run_as: str) -> bool:
    """True when ``run_as`` can really reach and write ``home`` (made if missing)."""
    home.mkdir(parents=True, exist_ok=True)
    entry = pwd.getpwnam(run_as)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    home.chmod(0o700)
    probe = subprocess.run(
        ["test", "-w", str(home)],
        cwd="/",
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        check=False,
    )
    return probe.returncode == 0


def _require_home(home: Path, run_as: str | None, *, remembered: bool) -> None:
    if remembered and not home.exists():
        raise ClusterUnusable("cluster.home_missing", home=str(home))
    if run_as is not None:
        home.parent.mkdir(parents=True, exist_ok=True)
        if not _can_use(home, run_as):
            raise ClusterUnusable("cluster.home_unreachable", home=str(home), user=run_as)
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if home.stat().st_uid != os.geteuid():
        owner = home.stat().st_uid
        raise ClusterUnusable("cluster.home_of_another_user", home=str(home), owner_uid=owner)


def _read_major(data: Path) -> int | None:
    version = data / "PG_VERSION"
    return int(version.read_text("ascii").strip()) if version.exists() else None


def _choose_socket_dir(home: Path) -> Path:
    """``home/socket``, or a short private folder where that path is too long or not plain."""
    inside = home / "socket"
    fits = len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT_BYTES
    if fits and _PLAIN_PATH.match(str(inside)) and str(inside).isascii():
        return inside
    if os.geteuid() == 0:
        return Path("/run") / f"wangge-{_short_hash(home)}"
    # Not XDG_RUNTIME_DIR: it differs between a login, cron and su, the socket must not.
    return Path("/tmp") / f"wangge-{os.geteuid()}-{_short_hash(home)}"  # noqa: S108


def require_private(places: ClusterPlaces) -> None:
    """Refuse a socket folder that another user made or can enter: local trust depends on it."""
    found = places.socket_dir.lstat()
    owner = pwd.getpwnam(places.run_as).pw_uid if places.run_as else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise ClusterUnusable("cluster.socket_dir_not_private", path=str(places.socket_dir))


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
