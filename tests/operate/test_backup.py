"""Backup → wipe → restore gives back every row, policy, grant and function, or refuses."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from gis_api.actions.backup import BackupReport, backup
from gis_api.actions.backup_file import is_safe_name
from gis_api.actions.restore import restore
from gis_api.db.backup import store
from gis_api.db.cluster_databases import (
    DatabaseAddress,
    ServerAddress,
    drop_database,
    ensure_database,
)
from grid_boundaries.errors import Conflict, InvalidInput

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40
PHOTO_NAME = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def database(server: ServerAddress, fresh_database_name: str) -> Iterator[DatabaseAddress]:
    """A migrated database with rows of every awkward type; leftovers of restores are dropped."""
    address = DatabaseAddress(server, fresh_database_name)
    with psycopg.connect(address.conninfo) as connection:
        _fill(connection)
    yield address
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            (f"{fresh_database_name}_",),
        ).fetchall()
    for (name,) in rows:
        drop_database(server, str(name))


@pytest.fixture
def attachments(tmp_path: Path) -> Path:
    return _write_photo(tmp_path / "attachments")


def _write_photo(folder: Path) -> Path:
    (folder / PHOTO_NAME[:2]).mkdir(parents=True)
    (folder / PHOTO_NAME[:2] / PHOTO_NAME).write_bytes(PHOTO)
    return folder


@dataclass(frozen=True)
class Made:
    """A database and a backup of it, for tests in which nothing may change."""

    database: DatabaseAddress
    attachments: Path
    file: Path
    contents: dict[str, str]


@pytest.fixture(scope="module")
def made(
    server: ServerAddress, database_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    address = DatabaseAddress(server, database_name)
    with psycopg.connect(address.conninfo) as connection:
        _fill(connection)
    attachments = _write_photo(tmp_path_factory.mktemp("made") / "attachments")
    report = backup(address, attachments, attachments.parent)
    return Made(address, attachments, report.file, _read_everything(address))


def _fill(connection: store.Connection) -> None:
    """Rows with geometry, Chinese beyond the basic plane, bytes, floats, times and duplicates."""
    connection.execute(
        "INSERT INTO place_setting (place, name_zh, name_en, synthetic)"
        " VALUES ('narisong', '纳日松镇 合成数据 𠮷𡋾', 'Narisong, synthetic', true)"
    )
    connection.execute(
        "INSERT INTO app_user (login, password_hash, role) VALUES ('clerk', 'x', 'clerk')"
    )
    connection.execute(
        "INSERT INTO user_session (token_hash, user_id, csrf_token, expires_at)"
        " SELECT '\\x00ff', user_id, 'c', now() + interval '1 hour' FROM app_user"
    )
    connection.execute("INSERT INTO event_outbox (kind, access_key) VALUES ('case.filed', '01')")
    connection.execute(
        "INSERT INTO audit (actor_id, act, object_kind, detail)"
        " SELECT n, 'read', 'household', jsonb_build_object('n', n / 7.0, '文', E'a\\nb\\t\"')"
        " FROM generate_series(1, 500) n"
    )
    connection.execute(
        "INSERT INTO household (head_name, scope_key) VALUES ('甲', '0101'), ('乙', '0202')"
    )
    connection.execute(
        "INSERT INTO zone (kind, name, geom) SELECT 'acquisition', '采区 ' || n,"
        " ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(110.5 + n / 97.0, 39.4), 4490), 0.01))"
        " FROM generate_series(1, 20) n"
    )
    _fill_imports(connection)
    _fill_land(connection)
    _fill_redraw(connection)


def _fill_land(connection: store.Connection) -> None:
    """A dispute half-way: a strip that names the line that names the strip, and papers' past."""
    for statement in (
        "INSERT INTO grid_version (valid_from, published_by) VALUES ('2020-01-01', 0)",
        "INSERT INTO case_kind (kind, name_zh, name_en, position) VALUES ('land', '土地', 'l', 1)"
        " ON CONFLICT DO NOTHING",
        'INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind, how,'
        " grid_version_id, scope_key, access_key, why) SELECT 'T-1', 'land', 'visit',"
        " '2026-01-01', 0, 'cell', 'inside', max(grid_version_id), '01', '01', '{}'"
        " FROM grid_version",
        "INSERT INTO claim (parcel_code, kind, scope_key, geom) SELECT 'P' || n, 'farmland', '01',"
        " ST_Multi(ST_MakeEnvelope(110.5, 39.4, 110.6, 39.5, 4490)) FROM generate_series(1, 2) n",
        "INSERT INTO land_strip (case_id, kind, left_claim_id, right_claim_id, geom, tolerance_m2,"
        " area_m2, width_m, made_by) SELECT (SELECT case_id FROM \"case\"), 'overlap',"
        " min(claim_id), max(claim_id), (SELECT geom FROM claim LIMIT 1), 1, 100 / 7.0, 2, 0"
        " FROM claim",
        "INSERT INTO land_line (land_strip_id, case_id, method, inputs, geom, left_m2, right_m2,"
        " made_by) SELECT land_strip_id, case_id, 'midline', '{\"文\": \"𠮷\"}',"
        " ST_MakeLine(ST_Point(110.5, 39.4, 4490), ST_Point(110.6, 39.4, 4490)), 1, 2, 0"
        " FROM land_strip",
        "UPDATE land_strip SET state = 'agreed', agreed_line_id = (SELECT land_line_id"
        " FROM land_line)",
        "INSERT INTO land_attendance (land_strip_id, case_id, role, state)"
        " SELECT land_strip_id, case_id, 'witness', 'present' FROM land_strip",
        "INSERT INTO land_point (land_strip_id, case_id, point_number, what, geom, accuracy_m, fix,"
        " measured_at, measured_by) SELECT land_strip_id, case_id, 'R1', 'corner',"
        " ST_Point(110.5, 39.4, 4490), 0.02, 'fixed', now(), 0 FROM land_strip",
        "INSERT INTO claim_version (claim_id, version, standing, registration, ended_by, why)"
        " SELECT claim_id, 1, 'unverified', 'as_filed', 0, 'agreement' FROM claim",
        "INSERT INTO claim_evidence (claim_id, kind, organ, added_by)"
        " SELECT claim_id, 'archive_map', '村档案 𠮷', 0 FROM claim",
        "INSERT INTO claim_freeze (claim_id, organ_kind, organ, document_number, reason, frozen_on,"
        " review_on, entered_by) SELECT claim_id, 'court', '合成法院', '1', '争议', '2026-01-01',"
        " '2027-01-01', 0 FROM claim",
        "INSERT INTO marker_sighting (marker_id, state, seen_on, seen_by)"
        " SELECT marker_id, 'missing', '2026-01-01', 0 FROM marker",
        "INSERT INTO land_check (stage, tolerance_m2, made_by, scope_key)"
        " VALUES ('survey', 1, 0, '01')",
        "INSERT INTO land_finding (land_check_id, rule, why, severity, left_claim_id, params, geom,"
        " scope_key) SELECT (SELECT land_check_id FROM land_check), 'gap', 'land.why_gap', 'note',"
        " min(claim_id), '{\"area_m2\": 1.5}', ST_Point(110.5, 39.4, 4490), '01' FROM claim",
        "INSERT INTO border_post (post_number, border, geom)"
        " VALUES ('Z1', 'village', ST_Point(110.5, 39.4, 4490))",
    ):
        connection.execute(statement)


def _fill_redraw(connection: store.Connection) -> None:
    """A draft with its ground and one step that was taken back."""
    for statement in (
        "INSERT INTO grid_level (rank, name_zh, name_en) VALUES (91, '格', 'grid')",
        "INSERT INTO cell (rev) VALUES (3)",
        "INSERT INTO grid_version (valid_from, published_by) VALUES ('2026-01-01', 0)",
        "INSERT INTO redraw_plan (name, rank, scope_key, start, low, high, seed, made_by)"
        " VALUES ('方案 𠮷', 91, '0', 'current', 20, 30, 1, 0)",
        "INSERT INTO redraw_ground (content_key, parent_cell_id, scope_key, atoms, content)"
        " SELECT sha256('g'), max(cell_id), '0', 2, decode('00ff', 'hex') FROM cell",
        "INSERT INTO redraw_part (redraw_plan_id, parent_cell_id, base_rev, base_version_id,"
        " redraw_ground_id, today, grid, next_grid, facts)"
        " SELECT redraw_plan_id, parent_cell_id, 3, v.newest, redraw_ground_id, '{0,0}',"
        " '{0,1}', 2, '[[1, \"name\", \"𠮷\"]]'"
        " FROM redraw_plan, redraw_ground,"
        " (SELECT max(grid_version_id) AS newest FROM grid_version) v",
        "INSERT INTO redraw_edit (redraw_plan_id, seq, redraw_part_id, act, change, state,"
        " actor_id) SELECT redraw_plan_id, 1, redraw_part_id, 'split', '{\"moves\": []}',"
        " 'undone', 0 FROM redraw_part",
    ):
        connection.execute(statement)


def _fill_imports(connection: store.Connection) -> None:
    """A file half-way in: staged rows, findings, a batch with what it left out and changed."""
    connection.execute(
        "INSERT INTO import_batch (kind, file_sha256, row_count, actor_id, file_name)"
        " VALUES ('household', sha256('a'), 2, 0, '户.xlsx')"
    )
    connection.execute(
        "INSERT INTO import_run (kind, file_name, file_sha256, file_bytes, started_by,"
        " import_batch_id) SELECT 'household', '户.xlsx', sha256('a'), 7, 0, import_batch_id"
        " FROM import_batch"
    )
    for statement in (
        "INSERT INTO import_row (import_id, row_number, vals, geom) SELECT import_id, 1,"
        ' \'{"address": "𠮷"}\', ST_Point(110.5, 39.4, 4490) FROM import_run',
        "INSERT INTO import_finding (import_id, code, severity, row_number)"
        " SELECT import_id, 'household.repeated', 'error', 1 FROM import_run",
        "INSERT INTO import_leftover (import_batch_id, row_number, fault, vals, kept_for)"
        " SELECT import_batch_id, 2, 'household.repeated', '{}', 0 FROM import_batch",
        "INSERT INTO import_before (import_batch_id, table_name, row_id, before, kept_for)"
        " SELECT import_batch_id, 'household', 1, '{}', 0 FROM import_batch",
        "INSERT INTO import_mapping (kind, columns_sha256, mapping, saved_by)"
        " VALUES ('household', sha256('c'), '{}', 0)",
        "INSERT INTO household_place (household_id, season, scope_key)"
        " SELECT household_id, 'summer', scope_key FROM household",
        "INSERT INTO boundary_point (point_number, geom, scope_key)"
        " VALUES ('J1', ST_Point(110.5, 39.4, 4490), '0101')",
        "INSERT INTO boundary_line (geom, scope_key) VALUES ("
        " ST_Multi(ST_MakeLine(ST_Point(110.5, 39.4, 4490), ST_Point(110.6, 39.4, 4490))), '01')",
        "INSERT INTO marker (marker_number, kind, geom, scope_key)"
        " VALUES ('B1', 'cement', ST_Point(110.5, 39.4, 4490), '0101')",
    ):
        connection.execute(statement)


def _read_everything(address: DatabaseAddress) -> dict[str, str]:
    """An oracle that shares nothing with the product's digests: COPY each table, sort, SHA-256."""
    with psycopg.connect(address.conninfo) as connection:
        connection.execute("SET timezone = 'UTC'")
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN"
            " ('pg_catalog', 'information_schema') AND tablename NOT IN"
            " ('spatial_ref_sys', 'user_session', 'event_outbox')"
        ).fetchall()
        found = {}
        for (table,) in tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT") as rows:
                lines = sorted(b"".join(bytes(block) for block in rows).splitlines())
            found[str(table)] = hashlib.sha256(b"\n".join(lines)).hexdigest()
    return found


def _without_audit(contents: dict[str, str]) -> dict[str, str]:
    """The restore itself is audited and ends every cached session: those tables differ."""
    ours = {"public.audit", "public.audit_unsealed", "public.access_revision"}
    return {name: digest for name, digest in contents.items() if name not in ours}


def _list_rights(address: DatabaseAddress) -> list[tuple[object, ...]]:
    """Policies, grants and functions as the catalogues that people read show them."""
    queries = (
        "SELECT 'policy', tablename, policyname, cmd, roles::text, qual, with_check"
        " FROM pg_policies",
        "SELECT 'grant', table_name, grantee, privilege_type, is_grantable"
        " FROM information_schema.role_table_grants WHERE table_schema <> 'pg_catalog'",
        "SELECT 'column', table_name, column_name, grantee, privilege_type"
        " FROM information_schema.column_privileges WHERE table_schema <> 'pg_catalog'",
        "SELECT 'function', p.oid::regprocedure::text, md5(prosrc), prosecdef, proconfig::text"
        " FROM pg_proc p WHERE pronamespace = 'public'::regnamespace",
        "SELECT 'row security', relname, relrowsecurity, relforcerowsecurity"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    )
    with psycopg.connect(address.conninfo) as connection:
        return sorted(
            (row for query in queries for row in connection.execute(query).fetchall()), key=str
        )


def _make(database: DatabaseAddress, attachments: Path, folder: Path) -> BackupReport:
    return backup(database, attachments, folder)


def test_backup_wipe_restore_gives_back_every_row_and_right(
    database: DatabaseAddress, attachments: Path, tmp_path: Path
) -> None:
    contents, rights = _read_everything(database), _list_rights(database)
    report = _make(database, attachments, tmp_path)
    assert report.manifest.tables["public.audit"].rows == 500
    assert report.manifest.tables.keys() == {name.replace('"', "") for name in contents}
    drop_database(database.server, database.name)
    ensure_database(database.server, database.name)
    empty_folder = tmp_path / "wiped"

    done = restore(database, empty_folder, report.file, commit=True)

    assert done.kept_as is not None
    assert _without_audit(_read_everything(database)) == _without_audit(contents)
    assert _list_rights(database) == rights
    assert any(row[0] == "policy" for row in rights)
    assert (empty_folder / PHOTO_NAME[:2] / PHOTO_NAME).read_bytes() == PHOTO


def test_restore_keeps_policies_in_force_tells_the_audit_and_ends_every_sign_in(
    database: DatabaseAddress, attachments: Path, tmp_path: Path
) -> None:
    report = _make(database, attachments, tmp_path)
    restore(database, attachments, report.file, commit=True)
    with psycopg.connect(database.conninfo) as connection:
        acts = connection.execute("SELECT act, count(*) FROM audit GROUP BY act").fetchall()
        assert dict(acts) == {"read": 500, "restore": 1}
        assert connection.execute("SELECT count(*) FROM user_session").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM event_outbox").fetchone() == (0,)
        connection.execute("SET ROLE wangge_app")
        connection.execute(
            "SELECT set_config('app.scope_lo', '01', true), set_config('app.scope_hi', '01g', true)"
        )
        assert connection.execute("SELECT head_name FROM household").fetchall() == [("甲",)]
    with psycopg.connect(database.conninfo) as connection:
        connection.execute("SET ROLE wangge_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT head_name FROM household")


def test_old_database_stays_under_another_name(
    database: DatabaseAddress, attachments: Path, tmp_path: Path
) -> None:
    report = _make(database, attachments, tmp_path)
    with psycopg.connect(database.conninfo) as connection:
        connection.execute("DELETE FROM zone")
    done = restore(database, attachments, report.file, commit=True)
    assert done.kept_as is not None
    kept = DatabaseAddress(database.server, done.kept_as)
    with psycopg.connect(kept.conninfo) as old, psycopg.connect(database.conninfo) as new:
        assert old.execute("SELECT count(*) FROM zone").fetchone() == (0,)
        assert new.execute("SELECT count(*) FROM zone").fetchone() == (20,)


def test_backup_is_one_snapshot_while_others_write(
    database: DatabaseAddress, attachments: Path, tmp_path: Path
) -> None:
    def write_meanwhile(_line: str) -> None:
        with psycopg.connect(database.conninfo) as connection:
            connection.execute(
                "INSERT INTO audit (actor_id, act, object_kind) VALUES (1, 'x', 'y')"
            )

    report = backup(database, attachments, tmp_path, say=write_meanwhile)
    done = restore(database, attachments, report.file, commit=True)
    assert done.kept_as is not None


def _rewrite(file: Path, folder: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of the tar with members changed; None leaves a member out."""
    target = folder / "changed.tar"
    with tarfile.open(file) as source, tarfile.open(target, "w") as tar:
        for member in source:
            content = source.extractfile(member)
            assert content is not None
            changed = change(member.name, content.read())
            if changed is not None:
                info = tarfile.TarInfo(member.name)
                info.size = len(changed)
                tar.addfile(info, io.BytesIO(changed))
    return target


def _change_manifest(edit: Callable[[dict[str, object]], None]) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        data = json.loads(content)
        edit(data)
        return json.dumps(data).encode()

    return change


DAMAGES: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "flipped byte in the dump": (
        lambda n, c: c[:900] + bytes([c[900] ^ 1]) + c[901:] if n == "database.dump" else c,
        "restore.damaged_part",
    ),
    "shortened attachment": (
        lambda n, c: c[:-1] if n.startswith("attachments/") else c,
        "restore.damaged_part",
    ),
    "missing dump": (lambda n, c: None if n == "database.dump" else c, "restore.part_missing"),
    "missing manifest": (lambda n, c: None if n == "manifest.json" else c, "restore.not_a_backup"),
    "newer schema": (
        _change_manifest(lambda data: data.update(revision="9999_future")),
        "restore.newer_schema",
    ),
    "newer format": (_change_manifest(lambda d: d.update(format=2)), "restore.unknown_format"),
    "foreign role": (
        _change_manifest(lambda data: data.update(roles={"postgres": True})),
        "restore.not_a_backup",
    ),
    "unknown key": (_change_manifest(lambda data: data.update(extra=1)), "restore.not_a_backup"),
    "part not named": (_change_manifest(lambda d: d.update(parts={})), "restore.unexpected_part"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_is_refused_before_anything_is_touched(
    made: Made, tmp_path: Path, damage: str
) -> None:
    change, code = DAMAGES[damage]
    with pytest.raises(InvalidInput) as refused:
        restore(made.database, made.attachments, _rewrite(made.file, tmp_path, change), commit=True)
    assert refused.value.code == code
    assert _read_everything(made.database) == made.contents


@pytest.mark.parametrize("content", [b"", b"not a tar", b"PK\x03\x04" + b"\0" * 2000])
def test_what_is_no_backup_is_refused(made: Made, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "strange.tar"
    file.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        restore(made.database, made.attachments, file, commit=True)
    assert refused.value.code == "restore.not_a_backup"


def test_rows_that_differ_after_the_restore_undo_it(made: Made, tmp_path: Path) -> None:
    def lie(data: dict[str, object]) -> None:
        tables = data["tables"]
        assert isinstance(tables, dict)
        tables["public.zone"]["hash"] = "0" * 32

    file = _rewrite(made.file, tmp_path, _change_manifest(lie))
    with pytest.raises(Conflict) as refused:
        restore(made.database, made.attachments, file, commit=True)
    assert refused.value.code == "restore.differs"
    assert refused.value.params["first"] == ["table public.zone"]
    assert _read_everything(made.database) == made.contents


def test_dry_run_changes_nothing(made: Made) -> None:
    done = restore(made.database, made.attachments, made.file, commit=False)
    assert done.kept_as is None
    assert done.present_rows["public.zone"] == 20
    assert _read_everything(made.database) == made.contents


def test_restore_is_refused_while_somebody_is_connected(made: Made) -> None:
    with psycopg.connect(made.database.conninfo), pytest.raises(Conflict) as refused:
        restore(made.database, made.attachments, made.file, commit=True)
    assert refused.value.code == "restore.service_is_running"


def test_backup_file_is_readable_by_its_owner_only(made: Made) -> None:
    assert made.file.stat().st_mode & 0o077 == 0
    beside = sorted(path.name for path in made.file.parent.iterdir())
    assert beside == ["attachments", made.file.name]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "attachments/../../x", "attachments/a\0b", "other", "../database.dump"]
)
def test_part_names_cannot_leave_the_folder(name: str) -> None:
    assert not is_safe_name(name)


def test_digest_sees_one_changed_row_and_ignores_order(database: DatabaseAddress) -> None:
    with psycopg.connect(database.conninfo) as connection:
        store.settle(connection)
        connection.execute(
            "CREATE TEMP TABLE a AS SELECT n, n % 3 AS r FROM generate_series(1, 99) n"
        )
        connection.execute("CREATE TEMP TABLE b AS SELECT * FROM a ORDER BY n DESC")
        (schema,) = connection.execute(
            "SELECT nspname::text FROM pg_namespace WHERE oid = pg_my_temp_schema()"
        ).fetchone() or ("",)
        first = store.digest_table(connection, schema, "a")
        assert store.digest_table(connection, schema, "b") == first
        connection.execute("UPDATE pg_temp.b SET r = r + 1 WHERE n = 50")
        assert store.digest_table(connection, schema, "b") != first
        connection.execute("INSERT INTO pg_temp.a SELECT 1, 1")
        assert store.digest_table(connection, schema, "a") != first


def test_backup_into_a_folder_that_does_not_exist_is_refused(
    database: DatabaseAddress, attachments: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refused:
        backup(database, attachments, tmp_path / "no" / "x.tar")
    assert refused.value.code == "backup.folder_missing"


def test_what_a_killed_backup_left_is_removed_and_half_uploads_are_left_out(
    database: DatabaseAddress, attachments: Path, tmp_path: Path
) -> None:
    left = tmp_path / ".wangge-backup-left"
    left.mkdir()
    (left / "database.dump").write_bytes(b"x")
    os.utime(left, (0, 0))
    (attachments / ".upload.part").write_bytes(b"half")
    report = _make(database, attachments, tmp_path)
    assert not left.exists()
    assert sorted(report.manifest.parts) == [
        f"attachments/{PHOTO_NAME[:2]}/{PHOTO_NAME}",
        "database.dump",
    ]
