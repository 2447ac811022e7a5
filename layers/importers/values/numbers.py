"""Numbers, areas with their units, degrees in decimal and in degrees, minutes and seconds."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from grid_boundaries.geo.measure import MU_PER_M2
from layers.importers.kinds import Field
from layers.importers.values.raw import Mask, RawText, mask_of, narrow
from layers.importers.values.wrong import Wrong

M2_OF_UNIT: Final = {"m2": 1.0, "mu": 1 / MU_PER_M2, "ha": 10_000.0, "km2": 1_000_000.0}
_UNIT_WORDS: Final = (
    ("mu", r"(市亩|亩)$"), ("ha", r"(公顷|ha)$"), ("km2", r"(平方公里|km2)$"),
    ("m2", r"(平方米|平米|m2)$"),
)  # fmt: skip
_NUMBER: Final = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_TAIL: Final = r"(米|m)$"
_DEGREES: Final = (
    r"^[EWNSewns东西南北经纬:]*\s*(?P<sign>-?)(?P<d>[0-9]{1,3})"
    r"\s*(?:[°º度:\-]|\.)\s*(?P<m>[0-9]{1,2}(?:\.[0-9]+)?)"
    r"\s*(?:(?:['’′分:\-]|\.)\s*(?:(?P<s>[0-9]{1,2}(?:\.[0-9]+)?)\s*(?:[\"”″秒]|''|′′)?)?)?"
    r"\s*[EWNSewns]*$"
)
_DOTTED: Final = r"^([^0-9]*-?[0-9]{1,3})\.([0-9]{1,2})\.([0-9]{1,2}(?:\.[0-9]+)?)"
_MARKED: Final = r"[°º度]|^[^.]*\.[^.]*\.|[0-9]-[0-9]|:"

Result = tuple[Any, list[Wrong]]
Floats = npt.NDArray[np.float64]


def read_decimal(raw: RawText, field: Field) -> Result:
    """A finite number; ``1,234.5`` and ``12.5米`` are numbers too."""
    number, bad = _numbers(raw, narrow(raw.text))
    wrong = [Wrong("import.bad_number", _weight(field), bad)]
    return _column(number), wrong


def read_integer(raw: RawText, field: Field) -> Result:
    """A whole number."""
    number, bad = _numbers(raw, narrow(raw.text))
    broken = np.isfinite(number) & ((number != np.floor(number)) | (np.abs(number) > 2**53))
    number = np.where(broken, np.nan, number)
    wrong = [
        Wrong("import.bad_number", _weight(field), bad),
        Wrong("import.not_integer", _weight(field), broken),
    ]
    return _column(number).cast(pa.int64()), wrong


def read_area(raw: RawText, field: Field, unit: str | None) -> Result:
    """An area in m²: the unit beside the number counts first, then that of the heading."""
    text = narrow(raw.text)
    factor = np.full(len(raw), M2_OF_UNIT[unit or field.unit or "m2"])
    for name, pattern in _UNIT_WORDS:
        said = mask_of(pc.match_substring_regex(text, pattern, ignore_case=True))
        if said.any():
            factor[said] = M2_OF_UNIT[name]
            text = pc.replace_substring_regex(text, f"(?i){pattern}", "")
    number, bad = _numbers(raw, text)
    negative = number < 0
    number = np.where(negative, np.nan, number * factor)
    wrong = [
        Wrong("import.bad_number", "warning", bad),
        Wrong("import.negative", "warning", negative),
    ]
    return _column(number), wrong


def read_degrees(raw: RawText, field: Field) -> Result:
    """Decimal degrees, or degrees as text: 110°15′30″, 110-15-30, 110.15.30, 110°15.5′."""
    del field
    text = narrow(pc.replace_substring_regex(raw.text, "″", '"'))
    text = pc.replace_substring_regex(text, _DOTTED, r"\1°\2′\3")
    marked = mask_of(pc.match_substring_regex(text, _MARKED))
    plain, bad = _numbers(raw, text, beside=marked)
    if not marked.any():
        bare = pc.replace_substring_regex(text, r"^[EWNSewns东西南北经纬:]+|[EWNSewns]+$", "")
        plain, bad = _numbers(raw, bare)
        return _column(plain), [Wrong("import.bad_degrees", "error", bad)]
    parts = pc.extract_regex(text, _DEGREES)
    degrees, minutes, seconds = (_part(parts, name) for name in ("d", "m", "s"))
    minus = mask_of(pc.equal(parts.field("sign"), "-"))
    west = mask_of(pc.match_substring_regex(text, r"[WwSs西南]"))
    value = degrees + minutes / 60 + np.nan_to_num(seconds) / 3600
    value = np.where(minus | west, -value, value)
    with np.errstate(invalid="ignore"):
        over = (minutes >= 60) | (np.nan_to_num(seconds) >= 60)
    value = np.where(over, np.nan, value)
    bad |= marked & ~np.isfinite(value)
    return _column(np.where(marked, value, plain)), [Wrong("import.bad_degrees", "error", bad)]


def _part(parts: Any, name: str) -> Floats:
    text = parts.field(name)
    empty = pc.equal(text, "")
    number = pc.if_else(empty, pa.scalar(None, pa.string()), text).cast(pa.float64())
    valid = parts.is_valid().to_numpy(zero_copy_only=False)
    return np.where(valid, number.to_numpy(zero_copy_only=False), np.nan)


def _numbers(raw: RawText, text: Any, beside: Mask | None = None) -> tuple[Floats, Mask]:
    """Numbers of text (NaN for none), and where there is text that is no number."""
    if raw.number is not None and not raw.text.null_count - np.isnan(raw.number).sum():
        return raw.number, np.zeros(len(raw), dtype=bool)
    text = pc.replace_substring_regex(text, r"([0-9]),([0-9]{3})", r"\1\2")
    text = pc.replace_substring_regex(text, _TAIL, "")
    text = pc.utf8_trim_whitespace(text)
    good = mask_of(pc.match_substring_regex(text, _NUMBER))
    stated = mask_of(text.is_valid())
    chosen = pc.if_else(pa.array(good), text, pa.scalar(None, pa.string()))
    number = np.array(chosen.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    number[~np.isfinite(number)] = np.nan
    bad = stated & ~np.isfinite(number)
    return number, bad if beside is None else bad & ~beside


def _weight(field: Field) -> Any:
    return "error" if field.required or field.type in ("x", "y") else "warning"


def _column(number: Floats) -> Any:
    return pa.array(number, mask=~np.isfinite(number))
