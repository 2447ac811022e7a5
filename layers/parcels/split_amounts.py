"""Split money or an area among households so that the parts add up exactly.

Whole numbers and fractions only, no floats.  Rounding is by largest remainder: every part is
rounded down to the unit, and the units left over go one each to the largest remainders.  Equal
remainders go to the key that is lower by code point, so the order of the input never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from grid_boundaries.errors import InvalidInput

Exact = int | Decimal | Fraction

FEN: Final = Decimal("0.01")
"""The unit of money (分) and, for areas, 0.01 m²."""
_WHOLE_PERCENT: Final = 100
BASES: Final = ("household", "head", "area")


@dataclass(frozen=True, slots=True)
class Household:
    """One household by its key; ``heads`` and ``area_m2`` are used by the basis of that name."""

    key: str
    heads: int = 1
    area_m2: Exact = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a split; ``percent`` is its agreed share, for all sides or for none."""

    key: str
    households: Sequence[Household]
    percent: Exact | None = None


@dataclass(frozen=True, slots=True)
class SideAmount:
    """What one side gets.

    ``per_household`` is amount / households, rounded half up: the figure people quote.
    ``amounts`` are what each household is really paid; they add up to ``amount`` exactly.
    """

    key: str
    amount: Decimal
    per_household: Decimal
    amounts: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Split:
    """The sides in code-point order of their keys; their amounts add up to ``total`` exactly."""

    total: Decimal
    sides: tuple[SideAmount, ...]


def split_amount(
    total: Exact,
    sides: Sequence[Side],
    basis: str = "household",
    floor: Exact = 0,
    unit: Decimal = FEN,
) -> Split:
    """Split ``total`` (yuan or m²) among the households of all sides.

    With percentages each side first gets its percentage, then its households share that by
    ``basis``; without, all households share the total by ``basis`` ("household" each the same,
    "head" by heads, "area" by area).  No household gets less than ``floor``.  Raises InvalidInput
    ``land.split_*`` for a total that is not whole units, keys given twice, a side without
    households, percentages that are not all given or do not make 100, and as ``share_out``.
    """
    if basis not in BASES:
        raise InvalidInput("land.split_basis", basis=str(basis)[:40], bases=", ".join(BASES))
    ordered = sorted(sides, key=lambda side: side.key)
    if not ordered or any(not side.households for side in ordered):
        raise InvalidInput("land.split_no_shares")
    _require_unique(side.key for side in ordered)
    _require_unique(home.key for side in ordered for home in side.households)
    if any(side.percent is not None for side in ordered):
        pools = _split_by_percent(total, ordered, unit)
        paid: dict[str, Decimal] = {}
        for side in ordered:
            paid |= _share_by_basis(pools[side.key], side.households, basis, floor, unit)
    else:
        everybody = [home for side in ordered for home in side.households]
        paid = _share_by_basis(total, everybody, basis, floor, unit)
    return Split(
        total=_to_decimal(_count_units(total, unit), unit),
        sides=tuple(_sum_side(side, paid, unit) for side in ordered),
    )


def share_out(
    total: Exact,
    weights: Mapping[str, Exact],
    floor: Exact = 0,
    unit: Decimal = FEN,
) -> dict[str, Decimal]:
    """``total`` by ``weights``, in whole ``unit``; the parts add up to ``total`` exactly.

    Who would get less than ``floor`` gets the floor, and the others share what is left by their
    weights.  Parts come in code-point order of the keys.  Raises InvalidInput:
    ``land.split_not_exact`` (a float, NaN, infinity), ``land.split_negative``,
    ``land.split_unit`` (total or floor is not whole units), ``land.split_no_shares`` (no key, or
    all weights 0), ``land.split_floor`` (the floors alone are more than the total).
    """
    units = _count_units(total, unit)
    floor_units = _count_units(floor, unit)
    exact = {key: _to_fraction(weights[key]) for key in sorted(weights)}
    if any(weight < 0 for weight in exact.values()):
        raise InvalidInput("land.split_negative")
    if not any(exact.values()):
        raise InvalidInput("land.split_no_shares")
    if floor_units * len(exact) > units:
        raise InvalidInput(
            "land.split_floor",
            floor=str(_to_decimal(floor_units, unit)),
            count=len(exact),
            total=str(_to_decimal(units, unit)),
        )
    rounded = _round_to_units(_raise_to_floor(units, exact, floor_units))
    return {key: _to_decimal(count, unit) for key, count in rounded.items()}


def _raise_to_floor(
    units: int, weights: dict[str, Fraction], floor_units: int
) -> dict[str, Fraction]:
    """Exact parts in units, none below the floor; the floors have been checked to fit."""
    at_floor: set[str] = set()
    while True:
        rest = {key: weight for key, weight in weights.items() if key not in at_floor}
        left, weight_sum = units - floor_units * len(at_floor), sum(rest.values())
        if not weight_sum:
            # only weightless keys are above the floor: they share what is left alike
            parts = {key: Fraction(left, len(rest)) for key in rest}
        else:
            parts = {key: left * weight / weight_sum for key, weight in rest.items()}
        below = {key for key, part in parts.items() if part < floor_units}
        if not below:
            return {key: parts.get(key, Fraction(floor_units)) for key in weights}
        at_floor |= below


def _round_to_units(parts: dict[str, Fraction]) -> dict[str, int]:
    """Largest remainder; equal remainders go to the lower key.  The sum is a whole number."""
    floors = {key: part.numerator // part.denominator for key, part in parts.items()}
    left = int(sum(parts.values())) - sum(floors.values())
    by_remainder = sorted(parts, key=lambda key: (floors[key] - parts[key], key))
    one_more = set(by_remainder[:left])
    return {key: count + (key in one_more) for key, count in floors.items()}


def _split_by_percent(total: Exact, sides: Sequence[Side], unit: Decimal) -> dict[str, Decimal]:
    percents = {side.key: side.percent for side in sides if side.percent is not None}
    if len(percents) < len(sides):
        raise InvalidInput("land.split_percent_missing", count=len(sides) - len(percents))
    exact = {key: _to_fraction(percent) for key, percent in percents.items()}
    if any(percent < 0 for percent in exact.values()):
        raise InvalidInput("land.split_negative")
    found = sum(exact.values(), Fraction(0))
    if found != _WHOLE_PERCENT:
        raise InvalidInput("land.split_percent_sum", sum=f"{float(found):.6g}")
    return share_out(total, exact, unit=unit)


def _share_by_basis(
    total: Exact, households: Sequence[Household], basis: str, floor: Exact, unit: Decimal
) -> dict[str, Decimal]:
    weights: dict[str, Mapping[str, Exact]] = {
        "household": {home.key: 1 for home in households},
        "head": {home.key: home.heads for home in households},
        "area": {home.key: home.area_m2 for home in households},
    }
    return share_out(total, weights[basis], floor, unit)


def _sum_side(side: Side, paid: dict[str, Decimal], unit: Decimal) -> SideAmount:
    amounts = {key: paid[key] for key in sorted(home.key for home in side.households)}
    units = sum(_count_units(amount, unit) for amount in amounts.values())
    half_up = (2 * units + len(amounts)) // (2 * len(amounts))
    return SideAmount(side.key, _to_decimal(units, unit), _to_decimal(half_up, unit), amounts)


def _require_unique(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidInput("land.split_key_twice")
        seen.add(key)


def _to_fraction(value: Exact) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise InvalidInput("land.split_not_exact")
    if isinstance(value, Decimal) and not value.is_finite():
        raise InvalidInput("land.split_not_exact")
    return Fraction(value)


def _count_units(value: Exact, unit: Decimal) -> int:
    units = _to_fraction(value) / _to_fraction(unit)
    if units < 0:
        raise InvalidInput("land.split_negative")
    if units.denominator != 1:
        raise InvalidInput("land.split_unit", unit=str(unit))
    return int(units)


def _to_decimal(units: int, unit: Decimal) -> Decimal:
    """Exact for any size: no context rounds a product of an integer string and an exponent."""
    sign, digits, exponent = unit.as_tuple()
    if not isinstance(exponent, int) or sign or digits != (1,):
        raise InvalidInput("land.split_unit", unit=str(unit))
    return Decimal((0, tuple(map(int, str(units))), exponent))
