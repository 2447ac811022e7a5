"""Case codes (一案一码): year, number, check digit, as read out on the telephone."""

from __future__ import annotations


def case_code(year: int, number: int) -> str:
    """``2026-000123-5``: the last digit is ISO 7064 MOD 11,10 over all digits before it."""
    digits = f"{year:04d}{number:06d}"
    return f"{year:04d}-{number:06d}-{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10: finds every single wrong digit and nearly all swaps of neighbours."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10
