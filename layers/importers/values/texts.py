"""Text, codes, phones, choices: typed values and the rows that are wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from layers.importers.findings import Severity
from layers.importers.kinds import Field, plain_heading
from layers.importers.values.raw import EXACT_DIGITS, Mask, RawText, blank, mask_of, narrow
from layers.importers.values.wrong import Wrong

_SCIENTIFIC: Final = r"^[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}$"
_POINT_ZERO: Final = r"\.0+$"
_PHONE: Final = r"^\+?[0-9][0-9-]{5,18}[0-9]$"
_SPLIT: Final = r"[、,，;；/|\s]+"
_COMMON_LENGTH: Final = 6
_YES: Final = ("是", "有", "愿意", "true", "yes", "y", "t", "1", "√", "✓", "对")
_NO: Final = ("否", "无", "不愿意", "false", "no", "n", "f", "0", "×", "x", "不是", "没有")

Result = tuple[Any, list[Wrong]]


def read_text(raw: RawText, field: Field) -> Result:
    """Exactly as written, but for white space around it."""
    wrong = []
    text = raw.text
    if field.max is not None:
        long = mask_of(pc.greater(pc.utf8_length(text), field.max))
        wrong.append(Wrong("import.too_long", "error", long, {"limit": field.max}))
        text = blank(text, long)
    return text, wrong


def read_code(raw: RawText, field: Field) -> Result:
    """Codes are text; what a spreadsheet has made of them is found, never mended."""
    text = pc.replace_substring_regex(narrow(raw.text), r"^'", "")
    none = np.zeros(len(raw), dtype=bool)
    rounded = decimal = none
    if raw.number is not None:
        stated = np.isfinite(raw.number)
        with np.errstate(invalid="ignore"):
            rounded = stated & (np.abs(raw.number) >= 10**EXACT_DIGITS)
            decimal = stated & (raw.number != np.floor(raw.number))
    scientific = mask_of(pc.match_substring_regex(text, _SCIENTIFIC))
    text = pc.replace_substring_regex(text, _POINT_ZERO, "")
    rounded = rounded | _end_in_zeros(text)
    wrong = [
        Wrong("import.code_rounded", "error", rounded),
        Wrong("import.code_scientific", "error", scientific),
        Wrong("import.code_decimal", "error", decimal & ~rounded),
        Wrong("import.code_leading_zero", "warning", _shorter(raw, text) & ~rounded),
    ]
    if field.digits:
        length = pc.utf8_length(text)
        fits = np.isin(length.to_numpy(zero_copy_only=False), field.digits)
        odd = mask_of(text.is_valid()) & ~fits & ~rounded & ~scientific & ~decimal
        wrong.append(Wrong("import.code_length", "warning", odd, {"digits": list(field.digits)}))
    if field.max is not None:
        long = mask_of(pc.greater(pc.utf8_length(text), field.max))
        wrong.append(Wrong("import.too_long", "error", long, {"limit": field.max}))
    return blank(text, rounded | scientific | decimal), wrong


def _end_in_zeros(text: Any) -> Mask:
    """Long codes that all end in zeros after the 15th digit: a spreadsheet has rounded them."""
    long = mask_of(pc.match_substring_regex(text, r"^[0-9]{17,}$"))
    zeros = mask_of(pc.match_substring_regex(text, r"^[0-9]{15}0{2,}$"))
    return zeros if zeros.sum() >= 2 and zeros.sum() == long.sum() else np.zeros_like(zeros)


def _shorter(raw: RawText, text: Any) -> Mask:
    """Numbers that are shorter than most of a column of long codes."""
    if raw.number is None:
        return np.zeros(len(raw), dtype=bool)
    length = pc.fill_null(pc.utf8_length(text), 0).to_numpy(zero_copy_only=False)
    given = length[length > 0]
    if not len(given):
        return np.zeros(len(raw), dtype=bool)
    common = int(np.bincount(given).argmax())
    short = (length > 0) & (length == common - 1) & np.isfinite(raw.number)
    return short if common >= _COMMON_LENGTH else np.zeros(len(raw), dtype=bool)


def read_phone(raw: RawText, field: Field) -> Result:
    """Digits and dashes; anything else is left out with a warning, the row stays."""
    del field
    text = pc.replace_substring_regex(narrow(raw.text), r"[\s()]", "")
    text = pc.replace_substring_regex(text, _POINT_ZERO, "")
    good = mask_of(pc.match_substring_regex(text, _PHONE))
    bad = mask_of(text.is_valid()) & ~good
    return blank(text, bad), [Wrong("import.bad_phone", "warning", bad)]


def read_choice(raw: RawText, field: Field) -> Result:
    """Our word for each word of the file; unknown ones are errors where the field is required."""
    assert field.values is not None
    words = {plain_heading(slug): slug for slug in field.values}
    for slug, synonyms in field.values.items():
        words |= {plain_heading(word): slug for word in synonyms}
    coded = raw.text.dictionary_encode()
    known = [words.get(plain_heading(word)) for word in coded.dictionary.to_pylist()]
    chosen = pa.DictionaryArray.from_arrays(
        coded.indices, pa.array(known or [None], pa.string())
    ).dictionary_decode() if len(known) else pa.nulls(len(raw), pa.string())  # fmt: skip
    unknown = mask_of(raw.text.is_valid()) & ~mask_of(chosen.is_valid())
    params = {
        "known": [synonyms[0] for synonyms in field.values.values()],
        "field_zh": field.zh,
        "field_en": field.en,
    }
    severity: Severity = "error" if field.required else "warning"
    return chosen, [Wrong("import.unknown_choice", severity, unknown, params)]


def read_yes_no(raw: RawText, field: Field) -> Result:
    """True, False or null."""
    lower = pc.utf8_lower(narrow(raw.text))
    yes, no = mask_of(_among(lower, _YES)), mask_of(_among(lower, _NO))
    stated = mask_of(raw.text.is_valid())
    value = pa.array(yes, mask=~(yes | no))
    params = {"known": [_YES[0], _NO[0]], "field_zh": field.zh, "field_en": field.en}
    return value, [Wrong("import.unknown_choice", "warning", stated & ~yes & ~no, params)]


def read_list(raw: RawText, field: Field) -> Result:
    """Parts between commas, semicolons, slashes or spaces; empty ones left out."""
    text, wrong = read_text(raw, field)
    parts = pc.split_pattern_regex(text, _SPLIT)
    lists = [None if v is None else [p for p in v if p] for v in parts.to_pylist()]
    return pa.array(lists, pa.list_(pa.string())), wrong


def _among(text: Any, words: Iterable[str]) -> Any:
    return pc.is_in(text, value_set=pa.array(list(words)))
