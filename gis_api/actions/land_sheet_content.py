"""What stands on the sheet of a strip, in the words of one language."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

import segno
import shapely
from shapely.geometry.base import BaseGeometry

from gis_api.land.claims.store import read_shape
from grid_boundaries.geo.crs import STORAGE_SRID, get_transformer, transform_geometry
from grid_boundaries.geo.measure import area_ellipsoidal_m2, area_plane_m2
from layers.parcels.divide import Division
from layers.parcels.setting_out import SettingOut
from layers.parcels.stated_area import round_mu
from web_map.sheets.survey_content import PAPERS, SurveySheet, heading_row, text_rows
from web_map.sheets.survey_map import Mark, SurveyMap, draw_survey_map
from web_map.sheets.words import read_survey_words, say_survey

Row = dict[str, Any]
_OWN_HEADINGS: Final = ("colon", "areas", "marks", "papers", "signing", "sign_line")
_SIGNERS: Final = (
    "left_holder", "right_holder", "neighbour", "collective", "witness", "mediator",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLine:
    """A strip's row with the line that is printed and what it gives to either side."""

    strip: Row
    line: Row
    division: Division
    table: SettingOut
    new_left: BaseGeometry
    new_right: BaseGeometry


def outline_before(row: Row, claim_id: int | None) -> BaseGeometry | None:
    """The outline as it was when the strip was contested: before the agreement, if there is one."""
    if claim_id is None:
        return None
    for version in row["versions"].get(claim_id, []):
        if version["land_strip_id"] == row["land_strip_id"] and version["why"] == "agreement":
            return read_shape(version)
    claim = next(one for one in row["claims"] if one["claim_id"] == claim_id)
    return read_shape(claim)


def make_sheet(
    drawn: DrawnLine, place: str, *, is_synthetic: bool, paper: str, lang: str
) -> SurveySheet:
    """The sheet on ``paper`` (a4, a3) in ``lang`` (zh, en); persons by role and masked name."""
    return _Words(lang).make_sheet(drawn, place, is_synthetic, paper)


class _Words:
    """One language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **params: Any) -> str:
        return say_survey(self.lang, key, **params)

    def all(self, *keys: str) -> tuple[str, ...]:
        return heading_row(*(self(key) for key in keys))

    def word(self, prefix: str, value: str | None) -> str:
        """The word of a value; one that has none stands for itself."""
        key = f"{prefix}_{value or 'none'}"
        return self(key) if key in read_survey_words() else str(value)

    def make_sheet(
        self, drawn: DrawnLine, place: str, is_synthetic: bool, paper: str
    ) -> SurveySheet:
        row, table, say = drawn.strip, drawn.table, self
        size = PAPERS[paper]
        svg, scale = draw_survey_map(self._make_map(drawn), *size)
        qr_text = f"wangge {row['case_code']} S{row['land_strip_id']} L{drawn.line['land_line_id']}"
        labels = ["warning", "indicative", *(["synthetic"] if is_synthetic else [])]
        return SurveySheet(
            title=say("title", place=place),
            labels=self.all(*labels),
            facts=(
                (say("case"), row["case_code"]),
                (say("cell"), row["cell_name"] or ""),
                (say("printed_on"), row["today"].isoformat()),
                (say("state"), say(f"state_{'agreed' if row['state'] == 'agreed' else 'open'}")),
                (say("scale"), f"1:{scale}"),
            ),
            map_svg=svg,
            map_size_mm=size,
            legend=say("legend"),
            points_heading=say(
                "points", meridian=table.meridian, length=f"{table.length_m:.2f}"
            ),
            points=text_rows([
                self.all("point", "x_north", "y_east", "side_length"),
                *((p.number, f"{p.x_north_m:.3f}", f"{p.y_east_m:.3f}",
                   "" if p.side_m is None else f"{p.side_m:.2f}") for p in table.points),
            ]),
            areas=self._list_areas(drawn),
            papers=self._list_papers(row),
            marks=self._list_marks(row),
            method_note=say("method_note", total=drawn.division.total_m2),
            statement=say("statement", n=len(table.points)),
            signers=self._list_signers(row),
            qr_svg=_draw_qr(qr_text),
            qr_text=qr_text,
            words={key: say(key) for key in _OWN_HEADINGS},
            paper=paper,
            lang=self.lang,
        )  # fmt: skip

    def _make_map(self, drawn: DrawnLine) -> SurveyMap:
        row, srid = drawn.strip, drawn.table.srid

        def to_zone(geom: BaseGeometry) -> BaseGeometry:
            return transform_geometry(geom, STORAGE_SRID, srid)

        transformer = get_transformer(STORAGE_SRID, srid)
        marks = [
            Mark(one["marker_number"], one["state"], *transformer.transform(one["lng"], one["lat"]))
            for one in row["marks"]
            if one["lng"] is not None
        ]
        left = outline_before(row, row["left_claim_id"])
        right = outline_before(row, row["right_claim_id"])
        assert left is not None
        around = [shape for one in row["neighbours"] if (shape := read_shape(one)) is not None]
        return SurveyMap(
            left=to_zone(left),
            right=None if right is None else to_zone(right),
            strip=to_zone(shapely.from_wkb(bytes(row["wkb"]))),
            line=to_zone(drawn.division.line),
            left_name=self("left"),
            right_name=self("right"),
            marks=marks,
            neighbours=[to_zone(one) for one in around],
        )

    def _list_areas(self, drawn: DrawnLine) -> tuple[tuple[str, ...], ...]:
        d, row = drawn.division, drawn.strip
        ellipsoidal = (d.left_ellipsoidal_m2, d.right_ellipsoidal_m2)
        strip_mu = str(round_mu(float(d.total_m2)))
        rows: list[tuple[str, ...]] = [
            self.all("extent", "plane_m2", "mu", "ellipsoid_m2"),
            (self("strip"), str(d.total_m2), strip_mu, f"{sum(ellipsoidal):.2f}"),
            (self("to_left"), str(d.left_m2), str(d.left_mu), f"{ellipsoidal[0]:.2f}"),
            (self("to_right"), str(d.right_m2), str(d.right_mu), f"{ellipsoidal[1]:.2f}"),
        ]
        for side, claim_id, after in (
            ("left", row["left_claim_id"], drawn.new_left),
            ("right", row["right_claim_id"], drawn.new_right),
        ):
            before = outline_before(row, claim_id)
            if before is not None:
                rows.append(_area_row(self(f"{side}_before"), before))
                rows.append(_area_row(self(f"{side}_after"), after))
        return text_rows(rows)

    def _list_papers(self, row: Row) -> tuple[tuple[str, ...], ...]:
        rows: list[tuple[Any, ...]] = [
            self.all("side", "parcel", "kind", "certificate", "issued_on", "method", "error_m",
                     "stated_m2")
        ]  # fmt: skip
        for side, claim_id in (("left", row["left_claim_id"]), ("right", row["right_claim_id"])):
            for one in row["claims"]:
                if one["claim_id"] == claim_id:
                    stated = one["stated_area_m2"]
                    rows.append(
                        (self(f"{side}_short"), one["parcel_code"], self.word("kind", one["kind"]),
                         one["certificate_number"], one["issued_on"],
                         self.word("method", one["survey_method"]), one["accuracy_m"],
                         None if stated is None else f"{stated:.2f}")
                    )  # fmt: skip
        return text_rows(rows)

    def _list_marks(self, row: Row) -> tuple[tuple[str, ...], ...]:
        rows: list[tuple[Any, ...]] = [self.all("mark", "mark_state", "last_seen")]
        rows += [
            (one["marker_number"], self(f"mark_{one['state']}"), one["checked_on"])
            for one in row["marks"]
        ]
        return text_rows(rows)

    def _list_signers(self, row: Row) -> tuple[tuple[str, str], ...]:
        came = tuple(
            (self(f"role_{one['role']}"), self._say_attendance(one)) for one in row["attendance"]
        )
        known = {one["role"] for one in row["attendance"]}
        return came + tuple((self(f"role_{role}"), "") for role in _SIGNERS if role not in known)

    def _say_attendance(self, one: Row) -> str:
        signed = one["signed_on"]
        day = "" if signed is None else self("signed_on", on=signed.isoformat())
        parts = (one["name_masked"], self(f"come_{one['state']}"), day)
        return "　".join(part for part in parts if part)


def _area_row(name: str, geom: BaseGeometry) -> tuple[str, ...]:
    plane = area_plane_m2(geom)
    return name, f"{plane:.2f}", str(round_mu(plane)), f"{area_ellipsoidal_m2(geom):.2f}"


def _draw_qr(text: str) -> str:
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=2, xmldecl=False)
    return target.getvalue().decode()
