"""First letters of Chinese place names.

The 3,755 common characters of GB 2312 stand in the order of their pinyin, so the first letter
follows from the code; the few other characters that our names use are listed.
"""

from __future__ import annotations

from bisect import bisect_right

_LETTERS = "abcdefghjklmnopqrstwxyz"
_FIRST_OF_LETTER = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_STARTS = [char.encode("gb2312") for char in _FIRST_OF_LETTER]
_COMMON_END = "座".encode("gb2312")
_OTHERS = dict(zip("圪圩嵇莞渎夭峁墕髙岱瑙獾嘠砬", "gwjgdymygdnhgl", strict=True))


def pinyin_initials(text: str) -> str:
    """Lower-case first letters (矿后沟 → khg); digits stay, unknown characters are left out."""
    return "".join(_initial(char) for char in text)


def _initial(char: str) -> str:
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    if char in _OTHERS:
        return _OTHERS[char]
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if not _STARTS[0] <= code <= _COMMON_END:
        return ""
    return _LETTERS[bisect_right(_STARTS, code) - 1]
