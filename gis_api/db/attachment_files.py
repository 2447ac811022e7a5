"""Attachment bytes on disk: content-addressed, synced before anything points at them."""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_CHUNK_BYTES = 1024 * 1024
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OFFICE_PARTS: Mapping[str, str] = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
}
EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    _OFFICE_PARTS["word/document.xml"]: "docx",
    _OFFICE_PARTS["xl/workbook.xml"]: "xlsx",
}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """Bytes that survive a power cut."""

    sha256: bytes
    size_bytes: int


def find_media_type(file: BinaryIO) -> str | None:
    """What the bytes are, by their own signature; None for kinds that are not taken.

    Office files with macros are not taken.  Names and declared types are not looked at.
    """
    file.seek(0)
    head = file.read(16)
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _find_office_type(file)
    return None


def _find_office_type(file: BinaryIO) -> str | None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if "[Content_Types].xml" not in names or any(n.endswith("vbaProject.bin") for n in names):
        return None
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)


def get_path(folder: Path, sha256: bytes) -> Path:
    """Where the bytes of this hash lie."""
    name = sha256.hex()
    return folder / name[:2] / name


def write_file(folder: Path, file: BinaryIO) -> WrittenFile:
    """Copy to its place by hash, synced with its folders; the same bytes are kept once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f".{secrets.token_hex(8)}.part"
    digest = hashlib.sha256()
    size = 0
    file.seek(0)
    try:
        with os.fdopen(_open_private(unfinished), "wb") as out:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        path = get_path(folder, digest.digest())
        path.parent.mkdir(exist_ok=True, mode=0o700)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(path.parent)
    _sync_folder(folder)
    return WrittenFile(digest.digest(), size)


def is_intact(folder: Path, sha256: bytes) -> bool | None:
    """Whether the bytes still have their hash; None when the file is missing."""
    digest = hashlib.sha256()
    try:
        with get_path(folder, sha256).open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.digest() == sha256


def _open_private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
