"""Certificates work for the names given, and for nothing else; plain HTTP stays on loopback."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from gis_api.actions.make_certificates import CA_FILE, CERT_FILE, KEY_FILE, make_certificates
from gis_api.cli.serve import is_loopback, open_log, require_free_port, require_safe_listener
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput


def _handshake(server_folder: Path, ca_file: Path, server_name: str) -> None:
    """One TLS connection over loopback; raises ssl.SSLError when the client refuses."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(server_folder / CERT_FILE, server_folder / KEY_FILE)
    client_context = ssl.create_default_context(cafile=str(ca_file))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            try:
                with server_context.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.recv(1)
            except OSError:
                connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with (
            socket.create_connection(listener.getsockname()) as raw,
            client_context.wrap_socket(raw, server_hostname=server_name) as wrapped,
        ):
            wrapped.send(b"x")
        thread.join(5)


def test_phone_that_trusts_the_town_accepts_the_server(tmp_path: Path) -> None:
    made = make_certificates(tmp_path, hosts=["127.0.0.1", "grid.town.lan"], town="某镇", days=30)
    assert made
    _handshake(tmp_path, tmp_path / CA_FILE, "127.0.0.1")
    _handshake(tmp_path, tmp_path / CA_FILE, "grid.town.lan")


def test_phone_refuses_a_name_that_was_not_given(tmp_path: Path) -> None:
    make_certificates(tmp_path, hosts=["127.0.0.1"], town="某镇", days=30)
    with pytest.raises(ssl.SSLError):
        _handshake(tmp_path, tmp_path / CA_FILE, "elsewhere.lan")


def test_renewal_keeps_the_authority_of_the_phones(tmp_path: Path) -> None:
    make_certificates(tmp_path, hosts=["127.0.0.1"], town="某镇", days=30)
    before = (tmp_path / CA_FILE).read_bytes()
    assert make_certificates(tmp_path, hosts=["127.0.0.1"], town="某镇", days=60) is False
    assert (tmp_path / CA_FILE).read_bytes() == before
    _handshake(tmp_path, tmp_path / CA_FILE, "127.0.0.1")


@pytest.mark.parametrize("first", ["127.0.0.1", "grid.town.lan", "::1"])
@pytest.mark.parametrize("second", ["10.9.9.9", "bank.example", "fd00::9"])
def test_authority_signs_nothing_beyond_its_names(tmp_path: Path, first: str, second: str) -> None:
    make_certificates(tmp_path, hosts=[first], town="某镇", days=30)
    with pytest.raises(InvalidInput) as refused:
        make_certificates(tmp_path, hosts=[second], town="某镇", days=30)
    assert refused.value.code == "tls.host_beyond_authority"


@pytest.mark.parametrize("name", ["bank.example", "10.9.9.9", "fd00::9"])
def test_phone_refuses_what_a_stolen_authority_key_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    make_certificates(tmp_path, hosts=["127.0.0.1"], town="某镇", days=30)
    monkeypatch.setattr("gis_api.actions.make_certificates._require_allowed", lambda *_: None)
    make_certificates(tmp_path, hosts=[name], town="某镇", days=30)
    with pytest.raises(ssl.SSLError, match=r"(permitted|excluded) subtree violation"):
        _handshake(tmp_path, tmp_path / CA_FILE, name)


def test_private_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    make_certificates(tmp_path, hosts=["127.0.0.1"], town="某镇", days=30)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.key")}
    assert modes == {"town-ca.key": 0o600, "server.key": 0o600}


@pytest.mark.parametrize("host", ["", "a b", "http://x", "300.1.1.1", "x" * 300, "-x", "网格"])
def test_what_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_certificates(tmp_path, hosts=[host], town="某镇", days=30)
    assert refused.value.code == "tls.not_a_host"


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.8", "::", "grid.town.lan"])
def test_plain_http_beyond_loopback_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_safe_listener(Settings(host=host))
    assert refused.value.code == "serve.plain_http_beyond_loopback"


def test_log_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "service.log"
    file.write_text("made by an earlier version\n", "utf-8")
    file.chmod(0o644)
    with open_log(file) as output:
        output.write(b"next\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text("utf-8").count("\n") == 2


def test_missing_certificate_file_is_named(tmp_path: Path) -> None:
    settings = Settings(host="0.0.0.0", tls_cert=tmp_path / "no.crt", tls_key=tmp_path / "no.key")
    with pytest.raises(InvalidInput) as refused:
        require_safe_listener(settings)
    assert refused.value.params["file"].endswith("no.crt")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_loopback_needs_no_certificate(host: str) -> None:
    assert is_loopback(host)
    require_safe_listener(Settings(host=host))


def test_port_of_another_program_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput) as refused:
            require_free_port("127.0.0.1", port)
    assert refused.value.code == "serve.cannot_listen"
