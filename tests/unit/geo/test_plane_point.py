"""Metres of a plane, pasted as surveyors write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from grid_boundaries.geo.plane_point import find_plane_point

FORMS = (
    "{e} {n}", "{n}, {e}", "X={n} Y={e}", "Y：{e}；X：{n}", "{e}E {n}N", "坐标 {e}米，{n}米",
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.integers(25, 45),
    st.floats(-1.4, 1.4),
    st.floats(20, 53),
    st.sampled_from(FORMS),
    st.booleans(),
)
def test_every_form_comes_back_to_its_place(
    zone: int, off: float, lat: float, form: str, with_zone: bool
) -> None:
    lng = zone * 3 + off
    e, n = Transformer.from_crs(4490, 4534 + zone - 25, always_xy=True).transform(lng, lat)
    text = form.format(e=f"{e + (zone * 1_000_000 if with_zone else 0):.3f}", n=f"{n:.3f}")
    found = find_plane_point(text, lng)
    assert found is not None
    assert found == (pytest.approx(lng, abs=1e-7), pytest.approx(lat, abs=1e-7))


@pytest.mark.parametrize(
    "text", ["", "纳日松", "150622103201", "4364132", "1 2", "110.5, 39.4", "99458660 4364132",
             "458660 4364132 7", "<b>458660 4364132"],
)  # fmt: skip
def test_other_words_are_no_metres(text: str) -> None:
    assert find_plane_point(text, 110.5) is None
