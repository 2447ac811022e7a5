"""Personal fields as shown to those without leave to see them."""

from __future__ import annotations


def mask_name(name: str | None) -> str | None:
    """``张小明`` → ``张**``: the first character stays."""
    return None if not name else name[0] + "*" * max(len(name) - 1, 1)


def mask_phone(phone: str | None) -> str | None:
    """``13912341234`` → ``139****1234``; short numbers are hidden wholly."""
    if not phone:
        return None
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "*" * len(phone)
