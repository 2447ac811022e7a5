"""The live feed: contiguous or an explicit gap, never beyond one's area."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Engine, text
from starlette.testclient import TestClient

from gis_api.access.store import bump_revision
from gis_api.db.engine import SYSTEM, begin
from gis_api.db.outbox import emit_event
from gis_api.settings import Settings
from tests.api.serving import serving, sign_in
from tests.builders import Town, add_user
from tests.db.members.people import add_party

WAIT_S = 60.0


@pytest.fixture(scope="module")
def base_url(settings: Settings, town: Town) -> Iterator[str]:
    with serving(settings) as url:
        yield url


class Stream:
    """One client's stream, read in the background into ``frames``."""

    def __init__(self, client: httpx.Client, last_id: str | None = None) -> None:
        self.frames: list[dict[str, str]] = []
        self.last_id: str | None = last_id
        self.ended = False
        self._headers = {} if last_id is None else {"Last-Event-ID": last_id}
        self._client = client
        self._connected = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        assert self._connected.wait(WAIT_S)

    def _read(self) -> None:
        try:
            with self._client.stream("GET", "/api/events", headers=self._headers) as answer:
                assert answer.status_code == 200, answer.status_code
                assert answer.headers["content-type"].startswith("text/event-stream")
                frame: dict[str, str] = {}
                for line in answer.iter_lines():
                    if not line:
                        self._end_frame(frame)
                        frame = {}
                    elif not line.startswith(":"):
                        name, _, value = line.partition(": ")
                        frame[name] = value
        except (httpx.HTTPError, RuntimeError):
            pass
        self.ended = True

    def _end_frame(self, frame: dict[str, str]) -> None:
        self.last_id = frame.get("id", self.last_id)
        if "data" in frame:
            self.frames.append(frame)
        # The frame after "retry" (with the first id, or what was missed) shows that we listen.
        if "retry" not in frame or "Last-Event-ID" in self._headers:
            self._connected.set()

    def codes(self) -> list[Any]:
        return [json.loads(f["data"]).get("code") for f in self.frames if "event" not in f]

    def kinds(self) -> list[tuple[str, Any]]:
        frames = [json.loads(f["data"]) for f in self.frames if "event" not in f]
        return [(data["kind"], data.get("code")) for data in frames]

    def gaps(self) -> list[dict[str, str]]:
        return [f for f in self.frames if f.get("event") == "gap"]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < deadline, self.frames
            time.sleep(0.02)

    def close(self) -> None:
        self._client.close()


@contextmanager
def streaming(base_url: str, login: str, last_id: str | None = None) -> Iterator[Stream]:
    stream = Stream(sign_in(base_url, login), last_id)
    try:
        yield stream
    finally:
        stream.close()


def emit(engine: Engine, town: Town, code: str, cell: str = "ws1") -> None:
    with begin(engine, SYSTEM) as conn:
        _emit(conn, town, code, cell)


def _emit(conn: Connection, town: Town, code: str, cell: str = "ws1") -> None:
    emit_event(conn, "case.registered", town.codes[cell], code, town.scope_keys[cell])


def test_event_reaches_a_client_with_kind_cell_and_code_only(
    base_url: str, engine: Engine, town: Town
) -> None:
    with streaming(base_url, "clerk") as stream:
        emit(engine, town, "A1")
        stream.wait_for(lambda: bool(stream.frames))
        told = json.loads(stream.frames[0]["data"])
    assert told.keys() == {"id", "kind", "cell_code", "code", "at"}
    assert (told["kind"], told["code"]) == ("case.registered", "A1")
    assert told["cell_code"] == town.codes["ws1"]
    assert told["id"] == stream.frames[0]["id"]


def test_event_of_a_transaction_that_commits_late_is_not_lost(
    base_url: str, engine: Engine, town: Town
) -> None:
    with streaming(base_url, "clerk") as stream, engine.connect() as slow:
        with slow.begin():
            _emit(slow, town, "late")  # takes the smaller id and xid
            emit(engine, town, "early")  # commits first with the larger ones
            time.sleep(0.5)
            assert stream.codes() == []
        stream.wait_for(lambda: len(stream.frames) == 2)
        assert stream.codes() == ["late", "early"]


def test_writers_at_the_same_time_do_not_wait_to_wake_readers(
    base_url: str, engine: Engine, town: Town
) -> None:
    """The second leaves the waking to the first, commits at once, and is heard all the same."""
    with streaming(base_url, "clerk") as stream, engine.connect() as first:
        with first.begin():
            emit(engine, town, "before")
            _emit(first, town, "waking")
            notified = first.execute(
                text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                     " AND pid = pg_backend_pid()")
            ).scalar_one()  # fmt: skip
            assert notified == 1
            emit(engine, town, "silent")
        stream.wait_for(lambda: len(stream.frames) == 3)
        assert sorted(stream.codes()) == ["before", "silent", "waking"]


def test_rolled_back_event_is_never_sent(base_url: str, engine: Engine, town: Town) -> None:
    with streaming(base_url, "clerk") as stream:
        with engine.connect() as conn, conn.begin() as transaction:
            _emit(conn, town, "undone")
            transaction.rollback()
        emit(engine, town, "done")
        stream.wait_for(lambda: bool(stream.frames))
        assert stream.codes() == ["done"]


def test_client_that_comes_back_gets_exactly_what_it_missed(
    base_url: str, engine: Engine, town: Town
) -> None:
    with streaming(base_url, "clerk") as stream:
        emit(engine, town, "before")
        stream.wait_for(lambda: bool(stream.frames))
    missed = [f"missed{i}" for i in range(1100)]  # more than two pages
    with begin(engine, SYSTEM) as conn:
        for code in missed:
            _emit(conn, town, code)
    with streaming(base_url, "clerk", stream.last_id) as back:
        emit(engine, town, "after")
        back.wait_for(lambda: "after" in back.codes())
        assert back.codes() == [*missed, "after"]
        assert back.gaps() == []


def test_client_that_saw_no_event_yet_can_still_come_back_without_loss(
    base_url: str, engine: Engine, town: Town
) -> None:
    emit(engine, town, "known")
    time.sleep(0.5)
    with streaming(base_url, "clerk") as stream:
        assert stream.last_id is not None
    emit(engine, town, "unseen")
    with streaming(base_url, "clerk", stream.last_id) as back:
        back.wait_for(lambda: bool(back.frames))
        assert back.codes() == ["unseen"]


@pytest.mark.parametrize("last_id", ["1-1", "0-0", "nonsense", "99999999999-1", "-"])
def test_unknown_last_id_is_answered_with_a_gap(
    base_url: str, engine: Engine, town: Town, last_id: str
) -> None:
    with streaming(base_url, "clerk", last_id) as stream:
        stream.wait_for(lambda: bool(stream.frames))
        assert len(stream.gaps()) == 1
        emit(engine, town, "next")
        stream.wait_for(lambda: "next" in stream.codes())


def test_pruned_events_become_a_gap(
    base_url: str, engine: Engine, admin_engine: Engine, town: Town
) -> None:
    with streaming(base_url, "clerk") as stream:
        emit(engine, town, "old")
        stream.wait_for(lambda: bool(stream.frames))
    emit(engine, town, "lost")
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM event_outbox"))
    with streaming(base_url, "clerk", stream.last_id) as back:
        back.wait_for(lambda: bool(back.frames))
        assert len(back.gaps()) == 1
        assert back.codes() == []


def test_events_of_another_area_are_not_sent_nor_replayed(
    base_url: str, engine: Engine, town: Town
) -> None:
    with streaming(base_url, "east") as east:
        emit(engine, town, "mine0", "es1")
        east.wait_for(lambda: bool(east.frames))
        emit(engine, town, "theirs", "ws1")
        emit(engine, town, "whole town", "t")
        emit(engine, town, "mine1", "en2")
        east.wait_for(lambda: len(east.frames) == 2)
        assert east.codes() == ["mine0", "mine1"]
        first = east.frames[0]["id"]
    with streaming(base_url, "east", first) as back:
        back.wait_for(lambda: bool(back.frames))
        assert back.codes() == ["mine1"]


def test_moved_account_hears_its_new_area_only(
    base_url: str, engine: Engine, admin_engine: Engine, town: Town
) -> None:
    with streaming(base_url, "east") as stream:
        with admin_engine.begin() as conn:
            conn.execute(
                text("UPDATE app_user SET area_cell_id = :cell WHERE login = 'east'"),
                {"cell": town.cells["w"]},
            )
            bump_revision(conn)
        try:
            time.sleep(1.1)
            emit(engine, town, "left", "es1")
            emit(engine, town, "entered", "ws1")
            stream.wait_for(lambda: bool(stream.frames))
            assert stream.codes() == ["entered"]
        finally:
            with admin_engine.begin() as conn:
                conn.execute(
                    text("UPDATE app_user SET area_cell_id = :cell WHERE login = 'east'"),
                    {"cell": town.cells["e"]},
                )
                bump_revision(conn)


def test_signing_out_elsewhere_ends_the_stream(base_url: str, town: Town) -> None:
    client = sign_in(base_url, "clerk")
    stream = Stream(client)
    other = httpx.Client(base_url=base_url, cookies=client.cookies, headers=client.headers)
    assert other.delete("/api/session").status_code == 204
    stream.wait_for(lambda: stream.ended)
    stream.close()


def test_nobody_signed_in_hears_nothing(base_url: str) -> None:
    assert httpx.get(f"{base_url}/api/events").status_code == 401


def test_fifty_clients_each_get_every_event_in_order(
    base_url: str, engine: Engine, town: Town
) -> None:
    first = sign_in(base_url, "clerk")
    streams = [
        Stream(httpx.Client(base_url=base_url, cookies=first.cookies, timeout=30))
        for _ in range(50)
    ]
    codes = [f"fan{i}" for i in range(40)]
    for code in codes:
        emit(engine, town, code)
    for stream in streams:
        stream.wait_for(lambda stream=stream: len(stream.frames) >= len(codes))
        assert stream.codes() == codes
        stream.close()
    first.close()


def test_who_sees_by_grant_hears_of_what_was_granted_and_nothing_else(
    base_url: str, clerk: TestClient, engine: Engine, admin_engine: Engine, town: Town
) -> None:
    """The department is asked about one of two cases, the group about one of two places."""
    lng, lat = town.centre_of("wn1")
    body = {"kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat}}
    granted, other = (clerk.post("/api/cases", json=body).json()["code"] for _ in range(2))
    with admin_engine.begin() as conn:
        add_party(conn, town)
        post = ("e", "village_leader")
        add_user(conn, town, "asked", "department_officer", post=post)
        conn.execute(
            text("INSERT INTO case_grant SELECT case_id, :officer, 'joint' FROM \"case\""
                 " WHERE code = :code"),
            {"officer": town.officers[post], "code": granted},
        )  # fmt: skip
    help_at = {}
    with streaming(base_url, "asked") as officer, streaming(base_url, "ls") as leader:
        for code in (other, granted):
            emit(engine, town, code, "wn1")
        for cell in ("es1", "ws1"):
            at = dict(zip(("lng", "lat"), town.centre_of(cell), strict=True))
            answer = clerk.post(
                "/api/service-requests", json={"kind": "repair", "text": "合成", "place": at}
            )
            assert answer.status_code == 201, answer.text
            help_at[cell] = answer.headers["Location"].rpartition("/")[2]
        officer.wait_for(lambda: bool(officer.kinds()))
        leader.wait_for(lambda: bool(leader.kinds()))
        time.sleep(0.5)
        assert officer.kinds() == [("case.registered", granted)]
        assert leader.kinds() == [("request.file", help_at["ws1"])]
    # what is missed is told on coming back, by the same rule
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM party_group_leader"))
    for code in (granted, other):
        emit(engine, town, code, "wn1")
    with streaming(base_url, "asked", officer.last_id) as back:
        back.wait_for(lambda: bool(back.kinds()))
        assert back.kinds() == [("case.registered", granted)]
    with streaming(base_url, "ls", leader.last_id) as gone:
        time.sleep(0.5)
        assert gone.kinds() == []
