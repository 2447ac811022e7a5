"""Values of a file as text, with what they were before: a number, a day, an error of a formula."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
FORMULA_ERRORS: Final = r"^#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!)$"
# What an export shows instead of a name, a phone, an address (李**, 139****1234, ***): taken in, it
# would wipe out what it stands for.
MASKED: Final = r"^(.?[*]+|[0-9]{3}[*]{4}[0-9]{4})$"
# beyond this a float no longer holds every whole number that a cell of 15 digits can show
EXACT_DIGITS: Final = 15


@dataclass(frozen=True, slots=True, eq=False)
class RawText:
    """``text`` is trimmed, null for nothing; ``number[i]`` NaN unless the value was a float;
    ``day[i]`` NaT unless it was a day or a moment."""

    text: pa.Array
    number: npt.NDArray[np.float64] | None = None
    day: npt.NDArray[np.datetime64] | None = None

    def __len__(self) -> int:
        return len(self.text)


def read_raw(values: Any) -> RawText:
    """Any column of a batch as :class:`RawText`."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return _from_arrow(values)
    return _from_objects(values)


def mask_of(array: Any) -> Mask:
    """A boolean Arrow array as NumPy; null is False."""
    filled = pc.fill_null(array, False)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=bool)


def narrow(text: Any) -> Any:
    """Full-width forms made narrow; for codes, numbers and days only, never for names."""
    plain = pc.utf8_normalize(text, form="NFKC")
    return pc.utf8_trim_whitespace(plain)


def blank(text: Any, where: Mask) -> Any:
    """``text`` with null where the mask says so."""
    if not where.any():
        return text
    return pc.if_else(pa.array(~where), text, pa.scalar(None, text.type))


def _from_arrow(values: Any) -> RawText:
    kind = values.type
    if pa.types.is_dictionary(kind):
        values, kind = values.dictionary_decode(), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return RawText(_trimmed(values.cast(pa.string())))
    if pa.types.is_floating(kind):
        number = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return RawText(_float_text(number), number=number)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        day = values.cast(pa.date32(), safe=False).to_numpy(zero_copy_only=False)
        days = day.astype("datetime64[D]")
        return RawText(values.cast(pa.date32(), safe=False).cast(pa.string()), day=days)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return RawText(
            pa.array(
                [None if v is None else "、".join(map(str, v)) for v in values.to_pylist()],
                pa.string(),
            )
        )
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return RawText(pa.nulls(len(values), pa.string()))
    return RawText(_trimmed(values.cast(pa.string())))


def _trimmed(text: Any) -> Any:
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _float_text(number: npt.NDArray[np.float64]) -> Any:
    """Whole numbers without a point, others as short as they can be told apart."""
    finite = np.isfinite(number)
    whole = finite & (number == np.floor(number)) & (np.abs(number) < 1e18)
    texts = np.full(len(number), None, dtype=object)
    texts[whole] = number[whole].astype(np.int64).astype(str).astype(object)
    rest = finite & ~whole
    texts[rest] = [repr(float(v)) for v in number[rest]]
    return pa.array(texts, pa.string())


def _from_objects(values: npt.NDArray[Any]) -> RawText:
    number = np.full(len(values), np.nan)
    day = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[D]")
    texts: list[str | None] = []
    for at, value in enumerate(values.tolist()):
        if value is None:
            texts.append(None)
        elif isinstance(value, str):
            texts.append(value)
        elif isinstance(value, bool):
            texts.append("true" if value else "false")
        elif isinstance(value, int):
            texts.append(str(value))
        elif isinstance(value, float):
            number[at] = value
            texts.append(_cell_number(value))
        elif isinstance(value, (dt.date, dt.datetime)):
            day[at] = np.datetime64(value.isoformat()[:10], "D")
            texts.append(value.isoformat()[:10])
        else:
            texts.append(str(value))
    has_day = bool((~np.isnat(day)).any())
    has_number = bool(np.isfinite(number).any())
    return RawText(
        _trimmed(pa.array(texts, pa.string())),
        number if has_number else None,
        day if has_day else None,
    )


def _cell_number(value: float) -> str | None:
    if not np.isfinite(value):
        return None
    return str(int(value)) if value.is_integer() else repr(value)
