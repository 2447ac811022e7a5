"""Days: real ones of a workbook, serial numbers, and every way people write them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from layers.importers.kinds import Field
from layers.importers.values.raw import Mask, RawText, mask_of, narrow
from layers.importers.values.wrong import Wrong

_WRITTEN: Final = (
    r"^(?P<y>[0-9]{4})\s*[-/.年]\s*(?P<m>[0-9]{1,2})(?:\s*[-/.月]\s*(?P<d>[0-9]{1,2})?\s*日?)?"
    r"(?:[T\s].*)?$"
)
_RUN: Final = r"^(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:[T\s]?[0-9:]*)?$"
_YEAR: Final = r"^(?P<y>[0-9]{4})\s*年?$"
_NO_END: Final = ("长期", "永久", "无固定期限", "长久", "至今", "9999-12-31", "99991231", "-", "—")
_EPOCH: Final = {False: np.datetime64("1899-12-30", "D"), True: np.datetime64("1904-01-01", "D")}
_SERIALS: Final = (10_000.0, 80_000.0)
_FIRST, _LAST = np.datetime64("1900-01-01", "D"), np.datetime64("2200-01-01", "D")
_NAT: Final = np.datetime64("NaT", "D")

Days = npt.NDArray[np.datetime64]


def read_days(raw: RawText, field: Field, *, epoch_1904: bool) -> tuple[Any, list[Wrong]]:
    """Days; a year or a month alone is its first day, with a warning."""
    del field
    text = narrow(raw.text)
    days = np.full(len(raw), _NAT, dtype="datetime64[D]") if raw.day is None else raw.day.copy()
    stated = mask_of(text.is_valid()) & np.isnat(days)
    endless = stated & mask_of(pc.is_in(text, value_set=pa.array(_NO_END)))
    serial = _serials(raw, stated)
    if raw.number is not None and serial.any():
        count = np.floor(np.where(serial, raw.number, 0)).astype("timedelta64[D]")
        days = np.where(serial, _EPOCH[epoch_1904] + count, days)
    vague = np.zeros(len(raw), dtype=bool)
    for pattern in (_WRITTEN, _RUN, _YEAR):
        open_ = stated & np.isnat(days) & ~endless
        if not open_.any():
            break
        found, partial = _match(text, pattern)
        days = np.where(open_ & ~np.isnat(found), found, days)
        vague |= open_ & partial & ~np.isnat(found)
    bad = stated & np.isnat(days) & ~endless
    with np.errstate(invalid="ignore"):
        far = ~np.isnat(days) & ((days < _FIRST) | (days >= _LAST))
    days = np.where(far, _NAT, days)
    wrong = [
        Wrong("import.bad_date", "error", bad),
        Wrong("import.date_year_only", "warning", vague & ~far),
        Wrong("import.date_serial", "warning", serial, {"epoch": 1904 if epoch_1904 else 1900}),
        Wrong("import.date_far", "warning", far),
    ]
    if epoch_1904 and raw.day is not None:
        wrong.append(Wrong("import.date_epoch_1904", "note", ~np.isnat(raw.day)))
    return pa.array(days, pa.date32(), mask=np.isnat(days)), wrong


def _serials(raw: RawText, stated: Mask) -> Mask:
    if raw.number is None:
        return np.zeros(len(raw), dtype=bool)
    with np.errstate(invalid="ignore"):
        inside = (raw.number >= _SERIALS[0]) & (raw.number < _SERIALS[1])
    return stated & inside


def _match(text: Any, pattern: str) -> tuple[Days, Mask]:
    """Days of the texts that fit and exist in the calendar; which of them lack a day or month."""
    parts = pc.extract_regex(text, pattern)
    names = [parts.type.field(i).name for i in range(parts.type.num_fields)]
    fits = np.asarray(parts.is_valid().to_numpy(zero_copy_only=False), dtype=bool)

    def part(name: str) -> tuple[npt.NDArray[np.int64], Mask]:
        if name not in names:
            return np.ones(len(fits), dtype=np.int64), np.ones(len(fits), dtype=bool)
        value = parts.field(name)
        empty = mask_of(pc.equal(value, "")) | ~fits
        number = pc.if_else(pa.array(~empty), value, pa.scalar("1")).cast(pa.int64())
        return np.asarray(number.to_numpy(zero_copy_only=False)), empty & fits

    year, _ = part("y")
    month, no_month = part("m")
    day, no_day = part("d")
    possible = fits & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = ((year - 1970) * 12 + month - 1).astype("timedelta64[M]")
    first = (np.datetime64("1970-01", "M") + np.where(possible, months, 0)).astype("datetime64[D]")
    found = first + (np.where(possible, day, 1) - 1).astype("timedelta64[D]")
    exists = possible & (found.astype("datetime64[M]") == first.astype("datetime64[M]"))
    return np.where(exists, found, _NAT), no_month | no_day
