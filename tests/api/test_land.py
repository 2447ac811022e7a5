"""Land over HTTP: from two papers to an agreed border, with the sheet that both sides sign."""

from __future__ import annotations

import csv
import io
import math
import re
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from shapely.geometry import shape
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from grid_boundaries.geo.measure import area_plane_m2
from tests.api.land_town import EAST, WEST, Land, add_people, area, claim_body, make_land, save
from tests.builders import Town
from web_map.sheets.words import read_survey_words


@pytest.fixture(scope="module")
def inv(admin_engine: Engine, town: Town, sign_in: Any) -> TestClient:
    add_people(admin_engine, town)
    client: TestClient = sign_in("inv")
    return client


@pytest.fixture(scope="module")
def centre(inv: TestClient, sign_in: Any) -> TestClient:
    client: TestClient = sign_in("centre")
    return client


@pytest.fixture(scope="module")
def land(admin_engine: Engine, town: Town, clerk: TestClient, inv: TestClient) -> Land:
    return make_land(admin_engine, town, clerk, inv)


@pytest.fixture(scope="module")
def strip(land: Land, inv: TestClient) -> int:
    answer = inv.post("/api/land/strips", json=strip_body(land))
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def strip_body(land: Land, **more: Any) -> dict[str, Any]:
    return {
        "case_code": land.case_code, "left_claim_id": land.left, "right_claim_id": land.right,
        "tolerance_m2": 1.0, **more,
    }  # fmt: skip


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


MIDDLE = line((110.5061, 39.4049), (110.50615, 39.4061))


def test_check_at_save_tells_of_a_conflict_and_writes_nothing(land: Land, inv: TestClient) -> None:
    body = claim_body("X-1", [[110.5055, 39.4052], [110.5065, 39.4052], [110.5065, 39.4058],
                              [110.5055, 39.4058]])  # fmt: skip
    answer = inv.post("/api/land/claims", json=body)
    assert answer.status_code == 200
    found = answer.json()
    assert found["claim_id"] is None
    verdicts = {one["other"]["parcel_code"]: one["verdict"] for one in found["findings"]}
    assert verdicts == {"W-1": "real_conflict", "E-1": "real_conflict"}
    first = found["findings"][0]
    assert first["area_m2"] > 1000
    assert first["area_mu"] == str(round(Decimal(str(first["area_m2"])) * Decimal("0.0015"), 2))
    assert "误差" in first["detail"]["zh"]
    assert "m²" in first["detail"]["en"]
    assert inv.post("/api/land/claims/find", json={"number": "X-1"}).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issued_on": "2999-01-01"}, "land.issued_in_future"),
        ({"geometry": None}, "land.nowhere"),
        ({"geometry": None, "cell_code": "9"}, "land.cell_unknown"),
        ({"stated_area": 5}, "land.area_without_unit"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[110.505, 39.405]]]}}, "land.geometry"),
        ({"geometry": area([[110.505, 39.405], [110.506, 39.406], [110.506, 39.405],
                            [110.505, 39.406]])}, "land.crosses_itself"),
        ({"geometry": area([[39.405, 110.505], [39.406, 110.505], [39.406, 110.506]])},
         "place.swapped_axes"),
        ({"valid_from": "2020-01-02", "valid_until": "2020-01-01"}, "land.valid_range"),
    ],
)  # fmt: skip
def test_bad_papers_are_refused_with_a_reason(
    inv: TestClient, change: dict[str, Any], code: str
) -> None:
    answer = inv.post("/api/land/claims?commit=true", json=claim_body("BAD", WEST) | change)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == code
    assert set(answer.json()["detail"]) == {"zh", "en"}
    assert inv.post("/api/land/claims/find", json={"number": "BAD"}).json()["items"] == []


def test_kinds_of_the_import_are_those_of_the_rules_at_save_too(
    land: Land, inv: TestClient
) -> None:
    body = claim_body("Q-1", WEST, kind="acquisition")
    found = inv.post("/api/land/claims", json=body).json()["findings"]
    verdicts = {one["other"]["parcel_code"]: one["verdict"] for one in found}
    assert verdicts["W-1"] == "stacked_by_law"


def test_a_wrong_unit_is_named(inv: TestClient) -> None:
    plane = area_plane_m2(shape(area(WEST)))
    body = claim_body("U-1", WEST, stated_area=round(plane, 2), stated_area_unit="mu")
    found = inv.post("/api/land/claims", json=body).json()["findings"]
    (one,) = [row for row in found if row["rule"] == "area_differs"]
    assert "平方米" in one["detail"]["zh"]
    assert one["params"]["plane_m2"] == pytest.approx(plane, abs=0.01)


def test_a_certificate_of_a_hundred_parts_is_taken(inv: TestClient) -> None:
    squares = [
        [[110.508 + 0.00002 * k, 39.4080], [110.508 + 0.00002 * k + 1e-5, 39.4080],
         [110.508 + 0.00002 * k + 1e-5, 39.4081], [110.508 + 0.00002 * k, 39.4081]]
        for k in range(60)
    ]  # fmt: skip
    parts = [area(ring)["coordinates"] for ring in squares[:50]]
    moved = [[[[x, y + 0.0002] for x, y in ring] for ring in part] for part in parts]
    body = claim_body("H-100", WEST) | {
        "geometry": {"type": "MultiPolygon", "coordinates": parts + moved}
    }
    answer = inv.post("/api/land/claims?commit=true", json=body)
    assert answer.status_code == 201
    assert answer.json()["findings"] == []


def test_words_only_papers_lie_in_their_grid(inv: TestClient, town: Town) -> None:
    body = claim_body("T-1", WEST, survey_method="text_only", bounds_east="张三地") | {
        "geometry": None, "cell_code": town.codes["ws2"],
    }  # fmt: skip
    made = save(inv, body)
    read = inv.get(f"/api/land/claims/{made}").json()
    assert read["geometry"] is None
    assert read["has_east"] is True
    assert "张三" not in str(read)


def test_holders_are_masked(land: Land, inv: TestClient) -> None:
    read = inv.get(f"/api/land/claims/{land.left}").json()
    assert read["holder_masked"].startswith("合")
    assert set(read["holder_masked"][1:]) == {"*"}
    assert "合成户" not in str(read)
    assert "holder_household_id" not in read


def test_a_grid_worker_of_elsewhere_sees_no_paper(land: Land, east_leader: TestClient) -> None:
    assert east_leader.get(f"/api/land/claims/{land.left}").status_code == 404
    found = east_leader.get("/api/land/claims?bbox=110.4,39.3,110.6,39.5").json()["items"]
    assert all(row["claim_id"] not in (land.left, land.right) for row in found)
    assert east_leader.post(
        "/api/land/claims?commit=true", json=claim_body("O-1", WEST)
    ).json()["code"] == "land.outside_area"  # fmt: skip


def test_freeze_needs_an_organ_a_reason_and_a_later_day_of_review(
    centre: TestClient, inv: TestClient, clerk: TestClient
) -> None:
    claim = save(inv, claim_body("F-1", [[110.501, 39.401], [110.502, 39.401], [110.502, 39.402]]))
    body = {
        "organ_kind": "natural_resources", "organ": "合成自然资源局",
        "document_number": "合成 1 号",
        "reason": "权属争议", "frozen_on": "2020-01-01", "review_on": "2999-01-01",
    }  # fmt: skip
    path = f"/api/land/claims/{claim}"
    assert inv.post(f"{path}/freeze", json=body).status_code == 403
    assert clerk.post(f"{path}/freeze", json=body).status_code == 403
    for name in ("organ", "reason", "review_on", "document_number"):
        missing = {key: value for key, value in body.items() if key != name}
        assert centre.post(f"{path}/freeze", json=missing).status_code == 422
    late = centre.post(f"{path}/freeze", json=body | {"review_on": "2019-12-31"})
    assert late.json()["code"] == "land.review_before"
    assert centre.post(f"{path}/freeze", json=body).status_code == 201
    assert centre.post(f"{path}/freeze", json=body).json()["code"] == "land.frozen"
    assert inv.get(path).json()["frozen"] is True
    assert centre.post(f"{path}/lift", json={"reason": "争议已决"}).status_code == 204
    assert inv.get(path).json()["frozen"] is False
    assert (
        centre.post(f"{path}/lift", json={"reason": "争议已决"}).json()["code"] == "land.not_frozen"
    )
    (kept,) = inv.get(path).json()["freezes"]
    assert kept["lift_reason"] == "争议已决"


def test_filing_a_case_freezes_nothing(land: Land, inv: TestClient, strip: int) -> None:
    assert inv.get(f"/api/land/claims/{land.left}").json()["freezes"] == []


def test_evidence_is_appraised_and_the_paper_follows(land: Land, inv: TestClient) -> None:
    path = f"/api/land/claims/{land.left}"
    made = inv.post(f"{path}/evidence", json={"kind": "archive_map", "dated_on": "1998-06-01"})
    assert made.status_code == 201
    assert inv.get(path).json()["standing"] == "unverified"
    put = inv.put(f"{path}/evidence/{made.json()['id']}", json={"standing": "appraised"})
    assert put.status_code == 204
    assert inv.get(path).json()["standing"] == "appraised"
    doubted = {"kind": "statement", "standing": "contested"}
    doubt = inv.post(f"{path}/evidence", json=doubted).json()["id"]
    assert inv.get(path).json()["standing"] == "contested"
    inv.put(f"{path}/evidence/{doubt}", json={"standing": "unverified"})
    assert inv.get(path).json()["standing"] == "appraised"
    late = inv.post(f"{path}/evidence", json={"kind": "photo", "dated_on": "2999-06-01"})
    assert late.json()["code"] == "land.dated_in_future"


def test_strip_is_the_ground_of_both(strip: int, inv: TestClient) -> None:
    read = inv.get(f"/api/land/strips/{strip}").json()
    both = shape(area(WEST)).intersection(shape(area(EAST)))
    assert shape(read["geometry"]).symmetric_difference(both).area < 1e-12
    assert read["area_m2"] == pytest.approx(area_plane_m2(both), rel=1e-3)
    assert [one["what"] for one in read["time_line"]].count("certificate") == 2
    assert [one["marker_number"] for one in read["marks"]] == ["B7"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"method": "drawn", "line": line((110.5061, 39.4049), (110.5061, 39.4052))},
         "land.line_misses"),
        ({"method": "drawn", "line": line((110.51, 39.41), (110.512, 39.41))}, "land.line_outside"),
        ({"method": "drawn", "line": line((110.5061, 39.4049), (110.5063, 39.4061),
                                          (110.5063, 39.405), (110.5060, 39.4061))},
         "land.line_crosses_itself"),
        ({"method": "drawn", "line": line((110.5061, 39.405), (110.5061, 39.405))},
         "land.line_too_short"),
        ({"method": "drawn"}, "land.line_needs"),
        ({"method": "share"}, "land.line_needs"),
        ({"method": "coordinates", "coordinates": [[457_000, 4_363_000], [457_000, 4_363_100]]},
         "land.coordinate_swapped"),
        ({"method": "coordinates", "coordinates": [[4_363_000, 38_457_000],
                                                   [4_363_100, 38_457_000]]},
         "land.coordinate_zone"),
        ({"method": "tape", "marks": [[110.5061, 39.405], [110.5062, 39.405]],
          "readings": [{"from_first_m": 1, "from_second_m": 1, "side": "left"},
                       {"from_first_m": 1, "from_second_m": 1, "side": "left"}]},
         "land.tape_no_triangle"),
        ({"method": "along", "line": MIDDLE, "offset_m": 500}, "land.offset"),
    ],
)  # fmt: skip
def test_bad_lines_are_refused_with_a_reason(
    strip: int, inv: TestClient, body: dict[str, Any], code: str
) -> None:
    answer = inv.post(f"/api/land/strips/{strip}/what-if", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == code
    assert all(answer.json()["fix"].values())


@pytest.mark.parametrize(
    "body",
    [
        {"method": "drawn", "line": MIDDLE},
        {"method": "midline"},
        {"method": "share", "left_percent": 30},
        {"method": "along", "line": MIDDLE, "offset_m": 2},
        {"method": "traverse", "start": [110.5061, 39.4049],
         "legs": [{"bearing_deg": 2, "distance_m": 70}, {"bearing_deg": 1, "distance_m": 80}]},
    ],
)  # fmt: skip
def test_every_way_to_draw_shows_what_each_side_gets(
    strip: int, inv: TestClient, body: dict[str, Any]
) -> None:
    answer = inv.post(f"/api/land/strips/{strip}/what-if", json=body)
    assert answer.status_code == 200, answer.text
    got = answer.json()
    assert Decimal(got["left_m2"]) + Decimal(got["right_m2"]) == Decimal(got["total_m2"])
    assert got["is_conserved"] is True
    assert shape(got["left"]).centroid.x < shape(got["right"]).centroid.x
    if body["method"] == "share":
        assert got["left_percent"] == pytest.approx(30, abs=0.01)
    if body["method"] == "midline":
        assert got["left_percent"] == pytest.approx(50, abs=0.01)


def test_same_claim_twice_and_papers_apart_make_no_strip(
    land: Land, inv: TestClient, town: Town
) -> None:
    same = inv.post("/api/land/strips", json=strip_body(land, right_claim_id=land.left))
    assert same.json()["code"] == "land.same_claim"
    beside = save(inv, claim_body("Z-1", [[110.5010, 39.4050], [110.505, 39.4050],
                                          [110.505, 39.406], [110.5010, 39.406]]))  # fmt: skip
    none = inv.post("/api/land/strips", json=strip_body(land, right_claim_id=beside))
    assert none.json()["code"] == "land.strip_zero"
    old = save(inv, claim_body("D-1", EAST, datum="xian80"))
    datum = inv.post("/api/land/strips", json=strip_body(land, right_claim_id=old))
    assert datum.json()["code"] == "land.other_datum"
    far = inv.post(
        "/api/land/strips",
        json=strip_body(land, line=line((110.52, 39.41), (110.521, 39.41)), corridor_m=5),
    )
    assert far.json()["code"] == "land.line_outside"
    half = inv.post("/api/land/strips", json=strip_body(land, line=MIDDLE))
    assert half.json()["code"] == "land.corridor"


def test_position_is_never_inside_when_the_circle_crosses(strip: int, inv: TestClient) -> None:
    path = f"/api/land/strips/{strip}/position"

    def ask(lng: float, accuracy_m: float) -> str:
        body = {"lng": lng, "lat": 39.4055, "accuracy_m": accuracy_m}
        return str(inv.post(path, json=body).json()["verdict"])

    assert ask(110.506125, 3) == "inside"
    assert ask(110.506125, 15) == "cannot_tell"
    assert ask(110.5052, 3) == "outside"
    assert inv.post(path, json={"lng": 110.5, "lat": 39.4, "accuracy_m": 0}).status_code == 422


def test_points_and_marks_of_the_field(strip: int, land: Land, sign_in: Any) -> None:
    worker = sign_in("worker")
    point = {
        "point_number": "R1", "what": "corner", "lng": 110.50612, "lat": 39.4051,
        "accuracy_m": 0.02, "fix": "fixed",
    }  # fmt: skip
    path = f"/api/land/strips/{strip}"
    assert worker.post(f"{path}/points", json=point).status_code == 201
    assert worker.post(f"{path}/points", json=point).json()["code"] == "land.point_taken"
    mark = f"/api/land/marks/{land.marker}/sightings"
    assert worker.post(mark, json={"state": "missing"}).status_code == 201
    half = worker.post(mark, json={"state": "moved", "lng": 110.5, "lat": 39.4})
    assert half.json()["code"] == "land.half_position"
    read = worker.get(path).json()
    assert [(one["point_number"], one["fix"]) for one in read["field_points"]] == [("R1", "fixed")]
    assert [one["state"] for one in read["marks"]] == ["missing"]
    assert worker.put(f"{path}/survey", json={"rev": 1}).status_code == 403


def test_red_sand_dam_money_is_split_as_reported(clerk: TestClient) -> None:
    sides = [
        {"key": key, "percent": percent, "households": [{"key": f"{key}{k}"} for k in range(count)]}
        for key, percent, count in (("A", "73.9", 6), ("B", "26.1", 17))
    ]
    got = clerk.post("/api/land/split", json={"total": "1000000.00", "sides": sides}).json()
    assert [side["per_household"] for side in got["sides"]] == ["123166.67", "15352.94"]
    paid = [Decimal(one) for side in got["sides"] for one in side["amounts"].values()]
    assert len(paid) == 23
    assert sum(paid) == Decimal("1000000.00")
    sides[0]["percent"] = "73.8"
    bad = clerk.post("/api/land/split", json={"total": "1000000.00", "sides": sides})
    assert bad.json()["code"] == "land.split_percent_sum"


def test_an_agreement_makes_new_versions_and_keeps_the_old(
    admin_engine: Engine, land: Land, strip: int, inv: TestClient, clerk: TestClient
) -> None:
    path = f"/api/land/strips/{strip}"
    assert inv.get(f"{path}/sheet").json()["code"] == "land.no_line"
    kept = inv.post(f"{path}/lines", json={"method": "midline"})
    assert kept.status_code == 201, kept.text
    line_id = kept.json()["land_line_id"]
    before = {k: inv.get(f"/api/land/claims/{k}").json() for k in (land.left, land.right)}
    agree = {"land_line_id": line_id, "rev": inv.get(path).json()["rev"]}
    assert inv.post(f"{path}/agree", json=agree).json()["code"] == "land.not_signed"
    survey = {
        "rev": agree["rev"], "notice_on": "2024-05-01", "notice_way": "in_person",
        "held_on": "2024-05-08",
        "attendance": [
            {"role": "left_holder", "state": "present", "case_party_id": land.parties[0],
             "signed_on": "2024-05-08"},
            {"role": "right_holder", "state": "absent", "signed_on": "2024-05-08"},
        ],
    }  # fmt: skip
    absent = inv.put(f"{path}/survey", json=survey)
    assert absent.json()["code"] == "land.signed_absent"
    survey["attendance"][1] |= {"state": "proxy", "case_party_id": land.parties[1]}
    early = inv.put(f"{path}/survey", json=survey | {"held_on": "2024-04-01"})
    assert early.json()["code"] == "land.survey_days"
    stranger = survey | {
        "attendance": [{"role": "witness", "state": "present", "case_party_id": 10**9}]
    }
    assert inv.put(f"{path}/survey", json=stranger).json()["code"] == "land.party_unknown"
    assert inv.put(f"{path}/survey", json=survey).status_code == 204
    assert inv.put(f"{path}/survey", json=survey).json()["code"] == "land.stale"
    agree["rev"] = inv.get(path).json()["rev"]
    sheet_before = inv.get(f"{path}/sheet?line={line_id}")
    done = inv.post(f"{path}/agree", json=agree)
    assert done.status_code == 200, done.text
    assert done.json()["is_conserved"] is True
    after = {k: inv.get(f"/api/land/claims/{k}").json() for k in (land.left, land.right)}
    for k in (land.left, land.right):
        assert after[k]["registration"] == "agreed_not_registered"
        assert after[k]["version"] == 2
        assert after[k]["standing"] == "appraised"
        (old,) = after[k]["versions"]
        assert old["geometry"] == before[k]["geometry"]
        assert "agreement" in {one["kind"] for one in after[k]["evidence"]}
    old_union = shape(before[land.left]["geometry"]) | shape(before[land.right]["geometry"])
    new = [shape(after[k]["geometry"]) for k in (land.left, land.right)]
    assert abs((new[0] | new[1]).area - old_union.area) < 1e-15
    assert new[0].intersection(new[1]).area < 1e-15
    assert inv.post(f"{path}/agree", json=agree).json()["code"] == "land.strip_closed"
    register = {"registration_ref": "合成 2024-1", "registered_on": "2024-06-01"}
    url = f"/api/land/claims/{land.left}/registration"
    assert inv.post(url, json=register).status_code == 403
    assert clerk.post(url, json=register).status_code == 204
    assert clerk.post(url, json=register).json()["code"] == "land.nothing_to_register"
    assert inv.get(f"/api/land/claims/{land.left}").json()["registration"] == "registered"
    # the sheet goes on telling of the strip as it was contested
    again = inv.get(f"{path}/sheet")
    pages = [PdfReader(io.BytesIO(one.content)) for one in (sheet_before, again)]
    words = ["".join(page.extract_text() for page in pdf.pages) for pdf in pages]
    for word in (kept.json()["left_m2"], kept.json()["right_m2"], "调解示意，不作登记依据"):
        assert all(word in text_ for text_ in words)
    assert "已协议，未登记" in words[1]
    with admin_engine.begin() as conn:
        acts = conn.execute(
            text('SELECT h.act FROM case_history h JOIN "case" c USING (case_id)'
                 " WHERE c.code = :code ORDER BY h.seq"), {"code": land.case_code},
        ).scalars().all()  # fmt: skip
    assert [one for one in acts if one.startswith("land")] == [
        "land_strip", "land_line", "land_survey", "land_agreed",
    ]  # fmt: skip


def test_sheet_in_english_has_the_same_figures_and_the_chinese_warning(
    strip: int, inv: TestClient
) -> None:
    words = []
    for lang in ("zh", "en"):
        answer = inv.get(f"/api/land/strips/{strip}/sheet?lang={lang}")
        assert answer.status_code == 200, answer.text
        pages = PdfReader(io.BytesIO(answer.content)).pages
        words.append("".join(page.extract_text() for page in pages))
    zh, en = words
    assert "调解示意，不作登记依据" in zh
    assert "调解示意，不作登记依据" in en
    for word in ("Contested strip", "Left parcel, before", "agreed by both sides, not registered",
                 "For the left side", "surveyed"):  # fmt: skip
        assert word in en
        assert word not in zh
    figures = re.compile(r"\d+\.\d{2,3}")
    assert sorted(figures.findall(zh)) == sorted(figures.findall(en))
    assert inv.get(f"/api/land/strips/{strip}/sheet?lang=fr").status_code == 422


def test_every_word_of_the_sheet_stands_in_both_languages() -> None:
    for key, words in read_survey_words().items():
        assert set(words) == {"zh", "en"}, key
        gaps = [set(re.findall(r"\{(\w+)\}", text_)) for text_ in words.values()]
        assert gaps[0] == gaps[1], key


def test_outline_larger_than_can_be_compared_is_refused_by_name(inv: TestClient) -> None:
    def ring(count: int) -> list[list[float]]:
        turn = [2 * math.pi * k / count for k in range(count)]
        return [[110.508 + 0.0004 * math.cos(t), 39.4072 + 0.0003 * math.sin(t)] for t in turn]

    # over HTTP the body is too large first; a file brings it in, and the layer compares it
    more = inv.post("/api/land/claims", json=claim_body("V-1", ring(100_000)))
    assert (more.status_code, more.json()["code"]) == (413, "body.too_large")
    assert all(more.json()["fix"].values())
    part = area([[110.508, 39.408], [110.50801, 39.408], [110.50801, 39.40801]])["coordinates"]
    parts = {"geometry": {"type": "MultiPolygon", "coordinates": [part] * 501}}
    many = inv.post("/api/land/claims", json=claim_body("V-3", WEST) | parts)
    assert (many.status_code, many.json()["code"]) == (413, "land.too_many_parts")


def test_sheet_as_word_file_and_points_as_four_files(strip: int, inv: TestClient) -> None:
    path = f"/api/land/strips/{strip}"
    docx = inv.get(f"{path}/sheet?form=docx&paper=a3")
    assert docx.status_code == 200, docx.text
    document = Document(io.BytesIO(docx.content))
    words = "".join(p.text for p in document.paragraphs)
    assert "调解示意，不作登记依据" in words
    assert len(document.inline_shapes) == 2
    table = inv.get(f"{path}/points?form=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert "调解示意，不作登记依据" in rows[0][0]
    assert rows[3][0] == "J1"
    assert 4_000_000 < float(rows[3][1]) < 5_000_000
    for form, sign in (("dxf", b"SECTION"), ("kml", b"<kml"), ("gpx", b"<gpx")):
        answer = inv.get(f"{path}/points?form={form}")
        assert answer.status_code == 200
        assert sign in answer.content
