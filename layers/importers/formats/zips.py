"""What a broken zip archive can raise, wherever in its reading."""

from __future__ import annotations

import zipfile
import zlib
from typing import Final

BAD_ZIP: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, RuntimeError, NotImplementedError,
    EOFError, OSError, ValueError, KeyError, OverflowError, MemoryError,
)  # fmt: skip
