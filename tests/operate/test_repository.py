"""What the repository itself must keep: no package hosts, locked installs, a sound compose file."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from gis_api.cli.main import COMMANDS
from gis_api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]

# In parts, so that this file does not name what it looks for.
PACKAGE_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmmirror", "com"),
        ("registry", "yarnpkg"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("archive", "ubuntu"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("apt", "postgresql", "org"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("cdnjs", "cloudflare"),
    )
]
SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image",
    "network_mode", "ports", "profiles", "restart", "security_opt", "shm_size",
    "stop_grace_period", "volumes",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"^(\d+h)?(\d+m)?(\d+s)?$")


def _tracked_files() -> list[Path]:
    """Tracked files, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached",
         "--others", "--exclude-standard"],
        capture_output=True, check=True,
    )  # fmt: skip
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_host() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in _tracked_files()
        for text in [path.read_bytes().decode("utf-8", "replace")]
        for host in PACKAGE_HOSTS
        if host in text
    ]
    assert found == []


def test_package_lock_resolves_nothing_by_address_and_has_every_hash() -> None:
    lock = json.loads((ROOT / "web_map" / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []


def test_package_versions_are_exact() -> None:
    package = json.loads((ROOT / "web_map" / "package.json").read_text("utf-8"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", v) for v in package["dependencies"].values())


@pytest.mark.parametrize("lock", sorted(p.name for p in ROOT.glob("*.lock")))
def test_python_lock_pins_and_hashes_everything(lock: str) -> None:
    entries = (ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()
    lines = [line for line in entries if line.strip() and not line.lstrip().startswith("#")]
    assert [line for line in lines if line.startswith("-")] == []
    assert [line[:60] for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_everything_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M)
    wanted = {_canonical(re.split(r"[\[<>=~! ]", line)[0]) for line in asked}
    assert sorted(wanted - {_canonical(name) for name in locked}) == []


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", ["setup", "server", "test", "bench", "copy-browser-assets"])
def test_scripts_are_executable_and_parse(name: str) -> None:
    path = ROOT / "script" / name
    assert path.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_ci_runs_the_whole_test_script() -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "script/test" in text
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)


# ---------------------------------------------------------------- containers


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_compose_has_database_app_and_worker(compose: dict[str, Any]) -> None:
    assert {"postgis", "app", "worker"} <= compose["services"].keys()
    extra = {key for key in compose if not key.startswith("x-")}
    assert extra <= {"name", "services", "volumes", "networks"}


def test_compose_services_use_known_keys_and_an_image(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service.keys() <= SERVICE_KEYS, name
        assert "image" in service or "build" in service, name
        assert service["restart"] in {"no", "always", "on-failure", "unless-stopped"}, name


def test_compose_waits_only_for_what_can_come_true(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, wait in service.get("depends_on", {}).items():
            assert other in services, name
            assert wait["condition"] in CONDITIONS, name
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in services[other], name
            if wait["condition"] == "service_completed_successfully":
                assert services[other]["restart"] == "no", name


def test_compose_long_running_services_have_health_checks(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if service["restart"] == "no":
            continue
        check = service["healthcheck"]
        assert check["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert check["test"][0] == "CMD" or len(check["test"]) == 2, name
        for key in ("interval", "timeout"):
            assert check[key], name
            assert DURATION.match(check[key]), name


def test_compose_volumes_are_declared_and_data_is_kept(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source, target = volume.split(":")[:2]
            assert source in compose["volumes"], name
            assert target.startswith("/"), name
    assert any("postgresql/data" in v for v in compose["services"]["postgis"]["volumes"])


def test_compose_opens_ports_on_loopback_only(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_compose_settings_and_commands_exist(compose: dict[str, Any]) -> None:
    fields = {f"WANGGE_{name.upper()}" for name in Settings.model_fields}
    commands = {command.name for command in COMMANDS}
    for name, service in compose["services"].items():
        if "build" not in service:
            continue
        assert service["environment"].keys() <= fields, name
        assert service["command"][0] in commands, name


def test_compose_holds_no_password(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert all("${" in line for line in re.findall(r"^.*(?:PASSWORD:|_URL:).*$", text, re.M))


def test_dockerfile_copies_only_what_exists() -> None:
    for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines():
        if not line.startswith("COPY ") or "--from=" in line:
            continue
        *sources, _target = line.split()[1:]
        assert [source for source in sources if not (ROOT / source).exists()] == []
