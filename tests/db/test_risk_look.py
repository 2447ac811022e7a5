"""A look at risk, from the tables to the kept result: what is counted, by whom, and what is not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from gis_api.actions.risk_alarms import decide_alarm, list_alarms
from gis_api.actions.risk_look import AskedLook, look, look_nightly
from gis_api.actions.risk_read import read_chance_maps, read_latest, read_map
from gis_api.db.engine import Actor, Scope, begin
from grid_boundaries.errors import Conflict, InvalidInput, NotFound
from tests.builders import MICRO_CELLS, SIDE, Town, build_town

TO = date(2026, 1, 1)
BASE = ("en", "es", "wn", "ws")
HOMES = 30
QUICK = AskedLook(to_on=TO, groups=("all",), scales=("base",), months=(12,), maps=99)
# place → cases of 2025: the south west has far more than its households explain
PLANTED = {"ws1": 20, "ws2": 16, "wn1": 3, "en1": 2, "es2": 2}


@dataclass
class World:
    """A town with 30 more households in every micro grid and the cases of ``PLANTED``."""

    town: Town
    whole: Actor
    west: Actor
    lot: random.Random


def add_case(
    conn: Connection, world: World, cell: str, *, on: date = date(2025, 6, 15), kind: str = "land",
    source: str = "visit", located: bool = True, access: str | None = None,
    happened: date | None = None, lng_lat: tuple[float, float] | None = None,
    filed_in: str | None = None,
) -> int:  # fmt: skip
    """A case at a point of a micro grid, seen from ``access`` (default: where it lies)."""
    x, y = world.town.centre_of(cell)
    lng = x + world.lot.uniform(-0.4, 0.4) * SIDE
    lat = y + world.lot.uniform(-0.4, 0.4) * SIDE
    if lng_lat is not None:
        lng, lat = lng_lat
    number = conn.execute(text('SELECT count(*) FROM "case"')).scalar_one()
    key = world.town.scope_keys[filed_in or cell]
    return int(
        conn.execute(
            text(
                'INSERT INTO "case" (code, kind, source, happened_on, registered_at, registered_by,'
                " place_kind, how, geom, accuracy_m, grid_version_id, scope_key, access_key, why)"
                " VALUES (:code, :kind, :source, :happened, CAST(:on AS date) + time '12:00', 0,"
                " 'point', :how, CASE WHEN :located THEN"
                " ST_SetSRID(ST_MakePoint(:lng, :lat), 4490) END, 20, :version, :key, :access,"
                " '{}') RETURNING case_id"
            ),
            {
                "code": f"T-{number}", "kind": kind, "source": source, "happened": happened or on,
                "on": on, "located": located, "lng": lng, "lat": lat,
                "how": "inside" if located else "none", "version": world.town.grid_version_id,
                "key": key, "access": world.town.scope_keys[access] if access else key,
            },
        ).scalar_one()
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(admin_engine: Engine) -> World:
    with admin_engine.begin() as conn:
        town = build_town(conn)
        made = World(
            town, Actor(town.users["clerk"], "centre", Scope.whole()),
            Actor(town.users["west"], "village_leader", Scope.below(town.scope_keys["w"])),
            random.Random(5),
        )  # fmt: skip
        for cell in MICRO_CELLS:
            x, y = town.centre_of(cell)
            for _ in range(HOMES - 2):
                conn.execute(
                    text(
                        "INSERT INTO household (geom, cell_id, scope_key) VALUES"
                        " (ST_SetSRID(ST_MakePoint(:x, :y), 4490), :cell, :key)"
                    ),
                    {
                        "x": x + made.lot.uniform(-0.4, 0.4) * SIDE,
                        "y": y + made.lot.uniform(-0.4, 0.4) * SIDE,
                        "cell": town.cells[cell], "key": town.scope_keys[cell],
                    },
                )  # fmt: skip
        for cell, count in PLANTED.items():
            for _ in range(count):
                add_case(conn, made, cell)
    return made


@pytest.fixture
def extra(admin_engine: Engine) -> Iterator[Connection]:
    """Rows that are there for one test only: committed, then taken away again."""
    with admin_engine.begin() as conn:
        top = conn.execute(text('SELECT max(case_id) FROM "case"')).scalar_one()
    with admin_engine.connect() as conn:
        yield conn
        conn.rollback()
        with conn.begin():
            conn.execute(
                text("DELETE FROM risk_run; DELETE FROM risk_alarm; DELETE FROM risk_unit")
            )
            conn.execute(text("DELETE FROM event_outbox WHERE kind = 'risk.alarm'"))
            conn.execute(text("DELETE FROM case_link"))
            conn.execute(text('DELETE FROM "case" WHERE case_id > :top'), {"top": top})


def counts(done: Any, scale: str = "base") -> dict[str, int]:
    (one,) = (m for m in done.maps if m["scale"] == scale)
    return dict(zip(one["cells"]["code"], one["cells"]["observed"], strict=True))


def by_base(world: World) -> dict[str, int]:
    """The oracle: planted cases by base grid, counted by their names."""
    return {
        world.town.codes[base]: sum(n for cell, n in PLANTED.items() if cell[:2] == base)
        for base in BASE
    }


def test_cases_are_counted_by_their_point_and_the_plant_is_red(
    engine: Engine, world: World
) -> None:
    done = look(engine, world.whole, QUICK, commit=False)
    assert counts(done) == by_base(world)
    cells = done.maps[0]["cells"]
    words = dict(zip(cells["code"], cells["word"], strict=True))
    assert words.pop(world.town.codes["ws"]) == "clearly_higher"
    assert "clearly_higher" not in words.values()
    # four cells that all touch: a sum over neighbours is the whole map, so nobody agrees
    assert cells["agreed"] == [[]] * 4
    # nothing is said of other scales where none was drawn
    assert cells["one_scale"] == [False] * 4
    assert cells["households"] == [2.0 * HOMES] * 4
    assert sum(cells["expected"]) == pytest.approx(sum(PLANTED.values()), abs=0.01)


def test_nothing_of_a_case_but_kind_source_days_and_place_reaches_risk(
    admin_conn: Connection,
) -> None:
    columns = admin_conn.execute(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = 'risk_case'")
    ).scalars()
    assert set(columns) == {
        "kind", "source", "registered_on", "happened_on", "scope_key", "access_key", "accuracy_m",
        "point",
    }  # fmt: skip


def test_a_case_merged_into_another_and_a_collective_case_count_once(
    engine: Engine, world: World, extra: Connection
) -> None:
    main = add_case(extra, world, "en2")
    same, part = add_case(extra, world, "en2"), add_case(extra, world, "en2")
    for case_id, relation in ((same, "same"), (part, "part")):
        extra.execute(
            text("INSERT INTO case_link VALUES (:case, :main, :relation, now(), 0)"),
            {"case": case_id, "main": main, "relation": relation},
        )
    extra.execute(
        text("INSERT INTO case_collective VALUES (:case, 300, true, 'none', NULL, 'everybody', 1)"),
        {"case": main},
    )
    extra.commit()
    try:
        found = counts(look(engine, world.whole, QUICK, commit=False))
    finally:
        extra.execute(text("DELETE FROM case_collective"))
        extra.commit()
    # the main case and the part of the same event; the merged one is counted in the main case
    assert found[world.town.codes["en"]] == by_base(world)[world.town.codes["en"]] + 2


def test_cases_without_a_place_or_on_one_pin_are_counted_apart(
    engine: Engine, world: World, extra: Connection
) -> None:
    for _ in range(3):
        add_case(extra, world, "es1", located=False)
    for _ in range(12):
        add_case(extra, world, "es1", lng_lat=world.town.centre_of("es1"))
    extra.commit()
    done = look(engine, world.whole, QUICK, commit=False)
    assert counts(done) == by_base(world)
    bias = done.maps[0]["figures"]["bias"]
    assert (bias["unlocated"], bias["pinned"]) == (3, 12)
    assert bias["cases"] == sum(PLANTED.values()) + 15


def test_service_requests_are_no_cases(engine: Engine, world: World, extra: Connection) -> None:
    before = look(engine, world.whole, QUICK, commit=False)
    columns = extra.execute(
        text("SELECT count(*) FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid"
             " WHERE r.ev_class = 'risk_case'::regclass"
             " AND d.refobjid = 'service_request'::regclass")
    ).scalar_one()  # fmt: skip
    assert columns == 0
    assert sum(counts(before).values()) == sum(PLANTED.values())


def test_a_period_that_ends_tomorrow_is_refused_and_future_cases_are_left_out(
    engine: Engine, world: World, extra: Connection
) -> None:
    with pytest.raises(InvalidInput, match=r"risk\.future_date"):
        look(engine, world.whole, AskedLook(to_on=date(2100, 1, 1)), commit=False)
    add_case(extra, world, "en1", happened=date(2100, 1, 1))
    extra.commit()
    done = look(engine, world.whole, QUICK, commit=False)
    assert counts(done) == by_base(world)
    assert done.maps[0]["figures"]["bias"]["future"] == 1


def test_a_case_from_before_a_redraw_counts_where_its_point_lies_today(
    engine: Engine, world: World, extra: Connection
) -> None:
    # its own row says es1, where the grid of its day had it
    add_case(extra, world, "en1", filed_in="es1")
    extra.commit()
    found = counts(look(engine, world.whole, QUICK, commit=False))
    assert found[world.town.codes["en"]] == by_base(world)[world.town.codes["en"]] + 1
    assert found[world.town.codes["es"]] == by_base(world)[world.town.codes["es"]]


def test_an_area_counts_only_what_its_holder_sees(
    engine: Engine, world: World, extra: Connection
) -> None:
    add_case(extra, world, "ws1", access="t")  # a complaint about the village: hidden from it
    extra.commit()
    own = look(engine, world.west, QUICK, commit=False)
    assert set(counts(own)) == {world.town.codes[base] for base in ("ws", "wn")}
    assert counts(own)[world.town.codes["ws"]] == 36
    for_whole = AskedLook(**{**_fields(QUICK), "area": world.town.codes["w"]})
    assert counts(look(engine, world.whole, for_whole, commit=False)) == counts(own)
    east = AskedLook(**{**_fields(QUICK), "area": world.town.codes["e"]})
    with pytest.raises(NotFound, match=r"cell\.unknown"):
        look(engine, world.west, east, commit=False)
    assert counts(look(engine, world.whole, QUICK, commit=False))[world.town.codes["ws"]] == 37


def test_a_kept_look_names_inputs_seed_and_version_and_is_seen_from_its_area_upwards(
    engine: Engine, world: World, extra: Connection
) -> None:
    done = look(engine, world.west, QUICK, purpose="nightly")
    assert done.risk_run_id is not None
    found = read_latest(engine, world.west, None)
    assert found["seed"] == QUICK.seed
    assert found["code_version"].startswith("wangge ")
    assert len(found["inputs_sha256"]) == 64
    again = look(engine, world.west, QUICK, purpose="nightly")
    assert (again.risk_run_id, again.is_new) == (done.risk_run_id, False)
    add_case(extra, world, "wn2")
    extra.commit()
    assert look(engine, world.west, QUICK, purpose="nightly").is_new
    east = Actor(world.town.users["east"], "village_leader",
                 Scope.below(world.town.scope_keys["e"]))  # fmt: skip
    for actor in (world.west, world.whole):
        assert read_map(engine, actor, done.risk_run_id, "all", "base", 12, public=False)["cells"]
    with pytest.raises(NotFound, match=r"risk\.no_look"):
        read_map(engine, east, done.risk_run_id, "all", "base", 12, public=False)


def test_public_counts_under_five_are_not_told_and_small_cells_are_not_classed(
    engine: Engine, world: World, extra: Connection
) -> None:
    done = look(engine, world.whole, QUICK, purpose="nightly")
    assert done.risk_run_id is not None
    shown = read_map(engine, world.whole, done.risk_run_id, "all", "base", 12, public=True)
    told = {cell["code"]: cell["observed"] for cell in shown["cells"]}
    oracle = {code: n if n >= 5 else None for code, n in by_base(world).items()}
    assert told == oracle
    assert all(cell["expected"] is None for cell in shown["cells"] if cell["hidden"])
    # of the run as a whole a public map tells nothing that was counted
    assert set(shown["run"]["figures"]) == {
        "area", "as_of", "synthetic", "reported_only", "budget", "scales", "chance_maps",
    }  # fmt: skip
    micro = AskedLook(**{**_fields(QUICK), "scales": ("micro",)})
    extra.execute(text("DELETE FROM household WHERE cell_id = :c AND household_id NOT IN"
                       " (SELECT household_id FROM household WHERE cell_id = :c LIMIT 19)"
                       " AND household_id > 16"), {"c": world.town.cells["ws1"]})  # fmt: skip
    # only this connection sees the deletion; the rule itself is asked of the rows
    extra.rollback()
    small = look(engine, world.whole, micro, commit=False).maps[0]["cells"]
    assert all(small["shown"])


def test_bad_filters_are_refused_with_what_could_be_asked(engine: Engine, world: World) -> None:
    for wrong, code in (
        ({"groups": ("astrology",)}, "risk.unknown_kind"),
        ({"scales": ("galaxy",)}, "risk.unknown_scale"),
        ({"months": (0,)}, "risk.bad_months"),
        ({"months": ()}, "risk.bad_months"),
        ({"months": (37,)}, "risk.bad_months"),
    ):
        with pytest.raises(InvalidInput) as caught:
            look(engine, world.whole, AskedLook(**{**_fields(QUICK), **wrong}), commit=False)
        assert caught.value.code == code


@pytest.mark.parametrize(("kind", "cases"), [("acquisition", 0), ("acquisition", 1), ("other", 6)])
def test_no_case_one_case_or_no_denominator_is_answered_without_a_class(
    engine: Engine, world: World, extra: Connection, kind: str, cases: int
) -> None:
    for _ in range(cases):
        add_case(extra, world, "en1", kind=kind)
    extra.commit()
    asked = AskedLook(**{**_fields(QUICK), "groups": (kind,)})
    one = look(engine, world.whole, asked, commit=False).maps[0]
    assert one["figures"]["cases"] == cases
    wanted = {"no_denominator"} if kind == "other" else {"cannot_tell"}
    assert set(one["cells"]["word"]) == wanted
    assert one["cells"]["mean"] == [None] * 4


@pytest.mark.parametrize("cases", [0, 1])
def test_a_night_without_cases_or_with_one_says_so_and_raises_no_alarm(
    engine: Engine, world: World, extra: Connection, cases: int
) -> None:
    for _ in range(cases):
        add_case(extra, world, "en1", on=date(2019, 6, 15))
    extra.commit()
    asked = AskedLook(to_on=date(2020, 1, 1), maps=99)
    done = look(engine, world.whole, asked, purpose="nightly")
    assert {word for one in done.maps for word in one["cells"]["word"]} <= {
        "cannot_tell", "no_denominator",
    }  # fmt: skip
    figures = done.figures
    assert figures["score"] == {"told": False, "why": "risk.too_few_cases"}
    for beside in ("repeat", "density", "why"):
        assert not any(one["told"] for one in figures[beside].values())
    assert all(one["words"] is None for one in figures["trends"].values())
    assert list_alarms(engine, world.whole, None, None, 50)["items"] == []


def test_all_scales_and_the_chance_maps_beside_them(
    engine: Engine, world: World, extra: Connection
) -> None:
    asked = AskedLook(**{**_fields(QUICK), "scales": ()})
    done = look(engine, world.whole, asked, purpose="nightly")
    assert done.risk_run_id is not None
    assert [one["scale"] for one in done.maps] == ["base", "micro", "h3"]
    for scale in ("base", "micro", "h3"):
        total = sum(counts(done, scale).values())
        assert total == sum(PLANTED.values())
        chance = read_chance_maps(engine, world.whole, done.risk_run_id, "all", scale, 12, 3, 1)
        assert [sum(one["observed"]) for one in chance["maps"]] == [total] * 3
        again = read_chance_maps(engine, world.whole, done.risk_run_id, "all", scale, 12, 3, 1)
        assert chance == again
        shown = read_map(engine, world.whole, done.risk_run_id, "all", scale, 12, public=False)
        assert {s["code"] for s in shown["shapes"]} == {c["code"] for c in shown["cells"]}


def test_a_burst_raises_one_alarm_that_a_person_decides_once(
    engine: Engine, world: World, extra: Connection
) -> None:
    for _ in range(14):
        add_case(extra, world, "en1", on=date(2025, 12, 10), kind="mine_village")
    extra.commit()
    asked = AskedLook(**{**_fields(QUICK), "groups": (), "months": (12,)})
    look(engine, world.whole, asked, purpose="nightly")
    found = list_alarms(engine, world.whole, None, None, 50)["items"]
    assert world.town.codes["en"] in {one["cell_code"] for one in found}
    assert all(one["recurrence_months"] >= 180 and one["state"] == "open" for one in found)
    with begin(engine, world.whole) as conn:
        events = conn.execute(
            text("SELECT count(*) FROM event_outbox WHERE kind = 'risk.alarm'")
        ).scalar_one()
        tasks = conn.execute(
            text("SELECT count(*) FROM notification WHERE kind = 'risk_alarm'")
        ).scalar_one()
    assert events == len(found)
    assert tasks == len(found)
    look(engine, world.whole, AskedLook(**{**_fields(asked), "seed": 7}), purpose="nightly")
    assert len(list_alarms(engine, world.whole, None, None, 50)["items"]) == len(found)

    code = found[0]["code"]
    decided = {"state": "dismissed", "checked": ["dust", "marks"]}
    with pytest.raises(InvalidInput, match=r"risk\.bad_reason"):
        decide_alarm(engine, world.whole, code, reason="dust", **decided)
    decide_alarm(engine, world.whole, code, reason="one_event_many_cases", **decided)
    with pytest.raises(Conflict, match=r"risk\.alarm_decided"):
        decide_alarm(engine, world.whole, code, reason="one_event_many_cases", **decided)
    score = list_alarms(engine, world.whole, None, None, 50)["score"]
    assert sum(row["dismissed"] for row in score) == 1
    assert list_alarms(engine, world.west, None, None, 50)["items"] == []
    with pytest.raises(NotFound, match=r"risk\.no_alarm"):
        decide_alarm(engine, world.west, found[-1]["code"], reason="dust", state="confirmed",
                     checked=[])  # fmt: skip


def test_last_years_denominator_is_kept_and_used_for_last_years_cases(
    engine: Engine, world: World, extra: Connection
) -> None:
    extra.execute(
        text("INSERT INTO risk_unit (year, denominator, cell_id, scope_key, geom, units, kept_on)"
             " SELECT 2025, 'households', cell_id, scope_key, ST_PointOnSurface(geom),"
             " CASE WHEN code = :ws THEN 970 ELSE 10 END, '2025-12-30'"
             " FROM cell_version WHERE rank = 3"), {"ws": world.town.codes["ws"]},
    )  # fmt: skip
    extra.commit()
    one = look(engine, world.whole, QUICK, commit=False).maps[0]
    assert one["figures"]["denominator_years"] == {"2025": 2025}
    units = dict(zip(one["cells"]["code"], one["cells"]["units"], strict=True))
    assert units[world.town.codes["ws"]] == 970
    words = dict(zip(one["cells"]["code"], one["cells"]["word"], strict=True))
    assert words[world.town.codes["ws"]] != "clearly_higher"


def _fields(asked: AskedLook) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


def test_every_night_looks_at_the_town(engine: Engine, world: World, extra: Connection) -> None:
    done = look_nightly(engine)
    assert (done["areas"], done["new"]) == (1, 1)
    # the households of every micro grid, and the one parcel of the town
    assert done["units_kept"] == len(MICRO_CELLS) + 1
    assert look_nightly(engine)["new"] == 0
    figures = read_latest(engine, world.whole, None)["figures"]
    assert figures["score"]["told"] in (True, False)
    assert figures["repeat"]["all"]["pairs"] >= 1
    assert figures["density"]["all"]["label"]["en"] == "density of reports (not risk)"
