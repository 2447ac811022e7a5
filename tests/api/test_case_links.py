"""One dispute, many doors; one case for many; organisations and amounts.  合成数据."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.cases.history import find_broken_link
from tests.builders import Town


def file(client: TestClient, town: Town, cell: str, **more: Any) -> dict[str, Any]:
    lng, lat = town.centre_of(cell)
    body = {
        "kind": "land",
        "text": "合成数据",
        "source": "visit",
        "place": {"lng": lng, "lat": lat},
    }
    answer = client.post("/api/cases", json=body | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def read(client: TestClient, code: str) -> dict[str, Any]:
    answer = client.get(f"/api/cases/{code}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def call(client: TestClient, method: str, path: str, **body: Any) -> tuple[int, Any]:
    answer = client.request(method, path, json=body or None)
    return answer.status_code, answer.json()


def link(client: TestClient, code: str, main: str, relation: str = "same") -> tuple[int, Any]:
    rev = read(client, code)["rev"]
    return call(client, "POST", f"/api/cases/{code}/links", main_code=main, relation=relation,
                rev=rev)  # fmt: skip


def registered(client: TestClient) -> dict[str, int]:
    report = client.get("/api/reports/figures?period=day&dimension=kind").json()
    return {figure["key"]: figure["count"] for figure in report["total"]}


def test_two_doors_one_dispute_is_offered_linked_counted_once_and_everybody_is_told(
    clerk: TestClient, town: Town
) -> None:
    before = registered(clerk)
    first = file(clerk, town, "wn1", source="grid_worker",
                 reporter={"name": "合成甲", "phone": "19900001111"})  # fmt: skip
    lng, lat = town.centre_of("wn1")
    offered = clerk.post(
        "/api/cases/suggestions",
        json={"kind": "family", "place": {"lng": lng + 0.0005, "lat": lat}},
    )
    assert offered.json() == {"items": []}
    offered = clerk.post(
        "/api/cases/suggestions", json={"kind": "land", "place": {"lng": lng + 0.0005, "lat": lat}}
    )
    assert [item["code"] for item in offered.json()["items"]] == [first["code"]]
    assert "name" not in offered.json()["items"][0]
    second = file(clerk, town, "wn1", source="hotline",
                  reporter={"name": "合成乙", "phone": "19900002222"})  # fmt: skip
    again = clerk.get(f"/api/cases/{second['code']}/suggestions").json()["items"]
    assert again[0]["code"] == first["code"]
    assert len(again) <= 3

    status, links = link(clerk, second["code"], first["code"])
    assert (status, [item["relation"] for item in links["items"]]) == (201, ["same"])
    merged = read(clerk, second["code"])
    assert merged["state"] == "closed"
    assert merged["history"][-1]["act"] == "linked"
    assert read(clerk, first["code"])["state"] == "registered"
    grown = {key: count - before[key] for key, count in registered(clerk).items()}
    assert (grown["arrived"], grown["merged"], grown["registered"], grown["closed"]) == (2, 1, 1, 0)
    # linked cases are not offered again
    assert clerk.get(f"/api/cases/{first['code']}/suggestions").json() == {"items": []}

    path = f"/api/cases/{first['code']}/notices"
    owed = clerk.get(path).json()
    assert [(item["case_code"], item["reason"], item["name"]) for item in owed["items"]] == [
        (second["code"], "merged", "合**")
    ]
    party = owed["items"][0]["case_party_id"]
    told = call(clerk, "POST", path, case_party_id=party, reason="merged", channel="phone")
    assert (told[0], told[1]["owed"]) == (201, 0)
    refused = call(clerk, "POST", path, case_party_id=party, reason="ended", channel="phone")
    assert (refused[0], refused[1]["code"]) == (404, "notice.not_owed")
    rev = read(clerk, first["code"])["rev"]
    done = call(clerk, "POST", f"/api/cases/{first['code']}/steps", step="explain", revision=rev,
                reason="解释清楚（合成数据）")  # fmt: skip
    assert done[0] in (200, 201), done
    owed = clerk.get(path).json()
    assert sorted((item["case_code"], item["reason"]) for item in owed["items"]
                  if item["told_at"] is None) == sorted(
        [(first["code"], "ended"), (second["code"], "ended")])  # fmt: skip


def test_links_that_make_no_sense_are_refused(clerk: TestClient, town: Town) -> None:
    a, b, c = (file(clerk, town, cell)["code"] for cell in ("en1", "en1", "en2"))
    assert link(clerk, a, a)[1]["code"] == "link.to_itself"
    assert link(clerk, a, "2026-999999-9")[1]["code"] == "case.unknown"
    stale = call(clerk, "POST", f"/api/cases/{a}/links", main_code=b, relation="same", rev=9)
    assert (stale[0], stale[1]["code"]) == (409, "case.stale")
    assert link(clerk, a, b)[0] == 201
    assert link(clerk, a, c)[1]["code"] == "link.exists"
    assert link(clerk, c, a)[1]["code"] == "link.main_is_linked"
    # what had joined b goes along when b joins c
    assert link(clerk, b, c)[0] == 201
    mains = {item["code"]: item["main_code"] for item in
             clerk.get(f"/api/cases/{c}/links").json()["items"]}  # fmt: skip
    assert mains == {a: c, b: c}


def test_merge_by_mistake_is_undone_on_the_record(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    a, b = (file(clerk, town, "es2")["code"] for _ in range(2))
    assert link(clerk, a, b)[0] == 201
    status, links = call(clerk, "POST", f"/api/cases/{a}/unlink", rev=read(clerk, a)["rev"])
    assert (status, links) == (200, {"items": []})
    assert read(clerk, a)["closed_on"] is None
    assert [entry["act"] for entry in read(clerk, a)["history"]] == [
        "registered", "linked", "unlinked",
    ]  # fmt: skip
    assert [entry["act"] for entry in read(clerk, b)["history"]] == ["registered", "joined"]
    with admin_engine.connect() as conn:
        chain = conn.execute(
            text('SELECT h.* FROM case_history h JOIN "case" c USING (case_id)'
                 " WHERE c.code = :code ORDER BY h.seq"),
            {"code": a},
        ).mappings().all()  # fmt: skip
    assert find_broken_link(chain[0]["case_id"], chain) is None


def test_parts_of_one_event_go_on_and_are_counted(clerk: TestClient, town: Town) -> None:
    before = registered(clerk)
    event, matter = (file(clerk, town, "ws2", kind="mine_village")["code"] for _ in range(2))
    assert link(clerk, matter, event, "part")[0] == 201
    assert read(clerk, matter)["closed_on"] is None
    assert registered(clerk)["registered"] - before["registered"] == 2


def test_link_into_another_area_is_as_unknown_as_a_missing_case(
    clerk: TestClient, west_leader: TestClient, town: Town
) -> None:
    here, there = file(clerk, town, "ws1")["code"], file(clerk, town, "es1")["code"]
    body = {"relation": "same", "rev": 1}
    seen = west_leader.post(f"/api/cases/{here}/links", json=body | {"main_code": there})
    missing = west_leader.post(
        f"/api/cases/{here}/links", json=body | {"main_code": "2026-999999-9"}
    )
    assert seen.status_code == missing.status_code == 404
    assert seen.json()["detail"] == missing.json()["detail"]


PEOPLE = [{"name": "合成代表一", "phone": "19900003333"}, {"name": "合成代表二"}]


def collective(rev: int, **more: Any) -> dict[str, Any]:
    return {
        "rev": rev, "represented": 200, "is_estimate": True, "mandate": "written",
        "mandate_on": "2026-03-01", "binds": "mandators", "representatives": PEOPLE,
        "signers": [{"name": f"合成签名{n}"} for n in range(40)]
        + [{"name": "合成未委托", "gave_mandate": False}],
    } | more  # fmt: skip


def test_two_hundred_people_are_one_case(clerk: TestClient, town: Town) -> None:
    before = registered(clerk)
    code = file(clerk, town, "wn2", kind="acquisition")["code"]
    answer = clerk.put(f"/api/cases/{code}/collective", json=collective(1))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["represented"], told["signers"], told["mandators"]) == (200, 41, 40)
    assert [one["name"] for one in told["representatives"]] == ["合****", "合****"]
    assert "合成签名" not in answer.text
    grown = {key: count - before[key] for key, count in registered(clerk).items()}
    assert (grown["registered"], grown["collective"], grown["represented"]) == (1, 1, 200)
    # other speakers: those of before stay in the case as parties
    changed = clerk.put(
        f"/api/cases/{code}/collective", json=collective(2, representatives=PEOPLE[:1], signers=[])
    )
    assert changed.json()["signers"] == 0
    sides = sorted(party["side"] for party in read(clerk, code)["parties"])
    assert sides == ["party", "party", "representative"]
    stale = clerk.put(f"/api/cases/{code}/collective", json=collective(2))
    assert stale.json()["code"] == "case.stale"


def test_list_is_changed_without_typing_a_name_again(clerk: TestClient, town: Town) -> None:
    code = file(clerk, town, "wn2", kind="acquisition")["code"]
    path = f"/api/cases/{code}/collective"
    told = clerk.put(path, json=collective(1)).json()
    first, second = (one["case_party_id"] for one in told["representatives"])
    kept = [
        {"case_signer_id": one["case_signer_id"], "gave_mandate": one["gave_mandate"]}
        for one in told["signers_list"]
    ]
    kept[0]["gave_mandate"] = False
    answer = clerk.put(
        path,
        json=collective(
            2, represented=210, signers=[*kept[:-1], {"name": "合成后签"}],
            representatives=[{"case_party_id": second}, {"name": "合成代表三"}],
        ),
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert after["representatives"][0]["case_party_id"] == second
    assert (len(after["representatives"]), after["signers"], after["mandators"]) == (2, 41, 40)
    assert [one["case_signer_id"] for one in after["signers_list"][:40]] == [
        one["case_signer_id"] for one in kept[:40]
    ]
    assert "合成签名" not in answer.text
    sides = sorted(party["side"] for party in read(clerk, code)["parties"])
    assert sides == ["party", "representative", "representative"]
    # who is not there cannot be kept, neither from another case nor twice, and nothing is half done
    for more in (
        {"representatives": [{"case_party_id": first}]},
        {"representatives": [{"case_party_id": second}] * 2},
        {"signers": [{"case_signer_id": kept[-1]["case_signer_id"]}]},
        {"signers": [kept[1], kept[1]]},
    ):
        refusal = clerk.put(path, json=collective(3, **more))
        assert (refusal.status_code, refusal.json()["code"]) == (422, "collective.not_listed")
    both = collective(3, representatives=[{"case_party_id": second, "name": "合成"}])
    assert clerk.put(path, json=both).status_code == 422
    assert clerk.get(path).json() == after


def test_household_of_the_grid_is_chosen_as_a_party_masked_and_logged(
    clerk: TestClient, west_leader: TestClient, town: Town, admin_engine: Engine
) -> None:
    code = file(clerk, town, "ws1")["code"]
    with admin_engine.begin() as conn:
        home = conn.execute(
            text("SELECT household_id, address, head_name FROM household h JOIN cell_version v"
                 " USING (cell_id) WHERE v.code = :code ORDER BY address LIMIT 1"),
            {"code": town.codes["ws1"]},
        ).one()  # fmt: skip
    answer = clerk.get(f"/api/cases/{code}/homes")
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    mine = next(one for one in items if one["household_id"] == home.household_id)
    assert (mine["address"], mine["is_party"]) == (home.address, False)
    assert home.head_name is None or home.head_name not in answer.text
    call(clerk, "POST", f"/api/cases/{code}/parties", side="party", household_id=home.household_id)
    again = clerk.get(f"/api/cases/{code}/homes").json()["items"]
    assert next(one for one in again if one["household_id"] == home.household_id)["is_party"]
    # another grid by its code; one's own area only
    assert clerk.get(f"/api/cases/{code}/homes?cell={town.codes['es1']}").status_code == 200
    west = file(west_leader, town, "ws1")["code"]
    hidden = west_leader.get(f"/api/cases/{west}/homes?cell={town.codes['es1']}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "cell.unknown")
    with admin_engine.connect() as conn:
        logged = conn.execute(
            text("SELECT count(*) FROM audit WHERE act = 'case.homes_read' AND object_id = :code"),
            {"code": code},
        ).scalar_one()
    assert logged == 3


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"representatives": PEOPLE * 3}, "collective.representatives"),
        ({"representatives": []}, "collective.representatives"),
        ({"mandate": "none"}, "collective.mandate"),
        ({"mandate": "none", "mandate_on": None}, "collective.binds"),
        ({"binds": "everybody"}, "collective.binds"),
        ({"represented": 30}, "collective.fewer"),
    ],
)
def test_agreement_binds_no_more_than_the_mandate(
    clerk: TestClient, town: Town, more: dict[str, Any], code: str
) -> None:
    case = file(clerk, town, "wn2")["code"]
    answer = clerk.put(f"/api/cases/{case}/collective", json=collective(1, **more))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert clerk.get(f"/api/cases/{case}/collective").json()["code"] == "collective.none"


def test_mine_is_a_party_and_money_is_claimed_agreed_and_paid(
    clerk: TestClient, town: Town
) -> None:
    code = file(clerk, town, "en2", kind="mine_village")["code"]
    made = call(clerk, "POST", f"/api/cases/{code}/parties", side="respondent",
                organisation="合成煤矿", organisation_kind="mine")  # fmt: skip
    mine = made[1]["id"]
    home = call(clerk, "POST", f"/api/cases/{code}/parties", side="party", name="合成户")[1]["id"]
    path = f"/api/cases/{code}/amounts"
    for what, amount in (("claimed", "120000.00"), ("agreed", "81000.50"), ("paid", "40000")):
        status, amounts = call(clerk, "POST", path, what=what, amount_yuan=amount,
                               payer_party_id=mine, payee_party_id=home)  # fmt: skip
        assert status == 201, amounts
    assert amounts["sums"] == {"claimed": "120000.00", "agreed": "81000.50", "paid": "40000.00"}
    paid = amounts["items"][-1]["id"]
    assert call(clerk, "POST", f"{path}/{paid}/void")[1]["sums"]["paid"] == "0"
    assert call(clerk, "POST", f"{path}/{paid}/void")[1]["code"] == "amount.unknown"
    parties = read(clerk, code)["parties"]
    assert {"合成煤矿"} == {p["organisation"] for p in parties if p["organisation"]}
    for body, refusal in (
        ({"what": "paid", "amount_yuan": "1", "payer_party_id": mine, "payee_party_id": mine},
         "amount.same_party"),
        ({"what": "paid", "amount_yuan": "1", "payer_party_id": 10**9}, "amount.party_unknown"),
    ):  # fmt: skip
        assert call(clerk, "POST", path, **body)[1]["code"] == refusal
    for bad in ("0", "-5", "1.234", "NaN"):
        assert call(clerk, "POST", path, what="paid", amount_yuan=bad)[0] == 422
    for body, refusal in (
        ({"side": "party"}, "party.empty"),
        ({"side": "party", "organisation": "合成社"}, "party.organisation"),
        ({"side": "party", "household_id": 10**9}, "party.household_unknown"),
    ):
        assert call(clerk, "POST", f"/api/cases/{code}/parties", **body)[1]["code"] == refusal


def test_handler_who_lives_in_the_household_steps_back(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    case = file(clerk, town, "es1")
    lead = case["lead"]["officer"]["officer_id"]
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE officer SET household_id = :home WHERE officer_id = :officer"),
            {"home": town.households["es1a"], "officer": lead},
        )
    added = call(clerk, "POST", f"/api/cases/{case['code']}/parties", side="party",
                 household_id=town.households["es1a"])  # fmt: skip
    assert added[0] == 201, added
    now = read(clerk, case["code"])
    assert now["lead"]["officer"]["officer_id"] != lead
    assert [entry["act"] for entry in now["history"]] == ["registered", "party_added", "rerouted"]
