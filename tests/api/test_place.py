"""The place describes itself, gives its cells, and is searched without a person in sight."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.builders import Town


def test_place_lists_levels_words_and_extent(clerk: TestClient) -> None:
    place = clerk.get("/api/place").json()
    assert [(level["rank"], level["count"]) for level in place["levels"]] == [
        (1, 1), (2, 2), (3, 4), (4, 8),
    ]  # fmt: skip
    assert place["bbox"] == pytest.approx([110.5, 39.4, 110.54, 39.42])
    assert place["synthetic"] is True
    assert {"visit", "hotline"} <= {source["source"] for source in place["sources"]}


def test_cells_come_by_level_parent_and_box(clerk: TestClient, town: Town) -> None:
    answer = clerk.get("/api/cells?rank=4")
    assert answer.headers["content-type"] == "application/geo+json"
    assert len(answer.json()["features"]) == 8
    of_parent = clerk.get(f"/api/cells?rank=4&parent={town.codes['w']}").json()["features"]
    assert [f["id"] for f in of_parent] == sorted(
        town.codes[name] for name in ("ws1", "ws2", "wn1", "wn2")
    )
    in_box = clerk.get("/api/cells?rank=4&bbox=110.501,39.401,110.502,39.402").json()["features"]
    assert [f["id"] for f in in_box] == [town.codes["ws1"]]
    assert in_box[0]["properties"]["parent_code"] == town.codes["ws"]


def test_unchanged_cells_are_not_sent_twice(clerk: TestClient) -> None:
    first = clerk.get("/api/cells?rank=3")
    again = clerk.get("/api/cells?rank=3", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_locate_answers_from_memory_like_filing_does(clerk: TestClient, town: Town) -> None:
    lng, lat = town.centre_of("wn2")
    found = clerk.get(f"/api/locate?lng={lng}&lat={lat}").json()
    assert found["cell"]["code"] == town.codes["wn2"]
    assert [a["code"] for a in found["ancestors"]] == [
        town.codes[name] for name in ("t", "w", "wn")
    ]
    assert found["border_distance_m"] == pytest.approx(430, abs=5)
    near = clerk.get("/api/locate?lng=110.5101&lat=39.405&accuracy_m=30").json()
    assert near["how"] == "accuracy-ambiguous"
    assert near["runner_up"]["code"] == town.codes["ws1"]


def test_no_plan_before_the_first_publication(clerk: TestClient) -> None:
    found = clerk.get("/api/locate?lng=110.505&lat=39.405&on=2019-12-31").json()
    assert (found["how"], found["cell"]) == ("none", None)


@pytest.mark.parametrize(
    "query",
    ["lng=NaN&lat=39", "lng=39.4&lat=110.5", "lng=0&lat=0", "lng=1e308&lat=39", "lng=110.5",
     "lng=110.505&lat=39.405&accuracy_m=-1", "lng=110.505&lat=39.405&on=yesterday"],
)  # fmt: skip
def test_impossible_point_is_a_422_problem(clerk: TestClient, query: str) -> None:
    answer = clerk.get(f"/api/locate?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_search_finds_cells_and_places_by_name_alias_and_initials(
    clerk: TestClient, town: Town
) -> None:
    def names(query: str) -> list[str]:
        answer = clerk.post("/api/search", json={"q": query})
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    assert names(town.codes["ws1"])[0] == "测试ws1"
    assert "测试ws" in names("测试w")
    assert names("矿后面的沟") == ["矿后沟"]
    assert names("khg") == ["矿后沟"]
    assert names("100%_") == []


def test_everything_needs_a_sign_in(client: TestClient) -> None:
    for path in ("/api/place", "/api/cells?rank=1", "/api/locate?lng=1&lat=1", "/api/cases"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "session.missing")


@pytest.mark.parametrize("where", ["wn1", "wn2", "ws1", "corner", "outside", "far", "null island"])
def test_the_quick_answer_is_the_whole_route_s_answer(
    clerk: TestClient, client: TestClient, town: Town, where: str
) -> None:
    special = {"corner": (110.51, 39.41), "outside": (110.49, 39.3), "far": (39.4, 110.5)}
    special["null island"] = (0.0, 0.0)
    lng, lat = special.get(where) or town.centre_of(where)
    quick = clerk.get(f"/api/locate?lng={lng}&lat={lat}")
    whole = clerk.get(
        f"/api/locate?lat={lat}&lng={lng}"
    )  # in another order: not the plain question
    assert (quick.status_code, quick.text) == (whole.status_code, whole.text)
    assert quick.headers["content-type"] == whole.headers["content-type"]
    assert quick.headers["cache-control"] == whole.headers["cache-control"] == "no-store"


def test_the_quick_answer_is_what_json_would_write(clerk: TestClient, town: Town) -> None:
    for name in ("wn1", "wn2", "ws1"):
        lng, lat = town.centre_of(name)
        text = clerk.get(f"/api/locate?lng={lng}&lat={lat}").text
        assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def test_search_finds_parcels_metres_and_initials(sign_in: Any, town: Town) -> None:
    def found(client: TestClient, q: str) -> list[tuple[str, str | None]]:
        items = client.post("/api/search", json={"q": q}).json()["items"]
        return [(item["kind"], item["code"]) for item in items]

    clerk = sign_in("clerk")
    assert found(clerk, "P-001") == [("parcel", "P-001")]
    # a parcel of the west is not found from the east, nor by whoever reads no parcels
    assert found(sign_in("east"), "P-001") == []
    assert found(sign_in("admin"), "P-001") == []
    point = clerk.post("/api/search", json={"q": "4364132, 37458660"}).json()["items"][0]
    assert point["kind"] == "point"
    assert abs(point["lng"] - 110.52) < 0.01
    assert abs(point["lat"] - 39.41) < 0.01
    assert ("cell", town.codes["w"]) in found(clerk, "cs")
