"""The backup file: one tar with a manifest first, the database dump, and the attachments.

The manifest names every part with its size and SHA-256, the schema revision, and a digest of every
table, so that a restore can be refused before it touches anything and proved after it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from gis_api.db.backup.store import TableDigest
from grid_boundaries.errors import InvalidInput

FORMAT = 1
MANIFEST_NAME = "manifest.json"
DUMP_NAME = "database.dump"
SCRATCH_PREFIX = ".wangge-backup-"
ATTACHMENT_PREFIX = "attachments/"
MANIFEST_LIMIT_BYTES = 64 * 1024 * 1024
_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """One member of the tar after the manifest."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the file says about itself."""

    format: int
    made_at: str
    version: str
    revision: str
    server_major: int
    tables: dict[str, TableDigest]
    sequences: dict[str, int]
    objects: dict[str, str]
    roles: dict[str, bool]
    left_out: dict[str, str]
    parts: dict[str, Part]

    def to_json(self) -> bytes:
        """UTF-8 JSON, keys sorted, so that equal contents give equal bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1).encode()


def read_manifest_text(text: bytes) -> Manifest:
    """The manifest of these bytes; raises InvalidInput for anything else."""
    try:
        data: dict[str, Any] = json.loads(text)
        if data["format"] != FORMAT:
            raise InvalidInput("restore.unknown_format", found=str(data["format"])[:20])
        tables = {name: TableDigest(**digest) for name, digest in data.pop("tables").items()}
        parts = {name: Part(**part) for name, part in data.pop("parts").items()}
        return Manifest(**data, tables=tables, parts=parts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("restore.not_a_backup") from error


def hash_file(path: Path) -> Part:
    """Size and SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
        return Part(file.tell(), digest.hexdigest())


def list_attachments(folder: Path) -> dict[str, Path]:
    """Member name → path of every attachment file, in order; an absent folder holds none.

    Names that begin with a dot are uploads that are still being written.
    """
    if not folder.is_dir():
        return {}
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    )
    return {f"{ATTACHMENT_PREFIX}{path.relative_to(folder).as_posix()}": path for path in files}


def remove_unfinished(folder: Path, *, older_than_s: float = 86_400.0) -> None:
    """Delete what a killed backup left behind: it holds personal data under a name nobody keeps."""
    for path in folder.glob(f"{SCRATCH_PREFIX}*"):
        if time.time() - path.stat().st_mtime < older_than_s:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def write_backup_file(target: Path, manifest: Manifest, members: dict[str, Path]) -> None:
    """Write the tar with mode 0600 and fsync it, then give it its name: whole or not at all."""
    unfinished = target.with_name(f"{SCRATCH_PREFIX}{os.getpid()}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                text = manifest.to_json()
                tar.addfile(_member(MANIFEST_NAME, len(text)), io.BytesIO(text))
                for name, path in members.items():
                    with path.open("rb") as source:
                        tar.addfile(_member(name, manifest.parts[name].bytes), source)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        _fsync_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def open_backup_file(path: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """The manifest and the tar behind it; raises InvalidInput when it is no backup of ours."""
    if not path.is_file():
        raise InvalidInput("restore.file_missing", file=str(path))
    try:
        with tarfile.open(path, mode="r:") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST_NAME or first.size > MANIFEST_LIMIT_BYTES:
                raise InvalidInput("restore.not_a_backup")
            yield read_manifest_text(_content(tar, first).read()), tar
    except tarfile.TarError as error:
        raise InvalidInput("restore.not_a_backup") from error


def unpack_verified(manifest: Manifest, tar: tarfile.TarFile, folder: Path) -> None:
    """Write every part below ``folder``, checking names, sizes and SHA-256 on the way.

    Raises InvalidInput naming the part that is missing, unexpected, damaged or ill-named.
    """
    waiting = dict(manifest.parts)
    while (member := tar.next()) is not None:
        wanted = waiting.pop(member.name, None)
        if wanted is None or not member.isreg() or not is_safe_name(member.name):
            raise InvalidInput("restore.unexpected_part", part=member.name[:200])
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if _copy(_content(tar, member), target) != wanted:
            raise InvalidInput("restore.damaged_part", part=member.name[:200])
    if waiting:
        raise InvalidInput("restore.part_missing", part=sorted(waiting)[0][:200])


def is_safe_name(name: str) -> bool:
    """The dump, or a plain relative path below the attachments."""
    path = PurePosixPath(name)
    inside = name.startswith(ATTACHMENT_PREFIX) and ".." not in path.parts and "\0" not in name
    return name == DUMP_NAME or (inside and not path.is_absolute())


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    content = tar.extractfile(member)
    if content is None:
        raise InvalidInput("restore.not_a_backup")
    return content  # type: ignore[return-value]


def _copy(source: BinaryIO, target: Path) -> Part:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            file.write(block)
    return Part(size, digest.hexdigest())
