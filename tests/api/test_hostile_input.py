"""Whatever is sent over the whole interface: never a 5xx, and every 4xx is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from gis_api.app import create_app
from gis_api.settings import Settings
from tests.api.serving import serving, sign_in
from tests.builders import Town

# A stream does not end; the others would end the session that the run needs.
LEFT_OUT = ("/api/events", "/api/session", "/api/session/password")
SCHEMA = schemathesis.openapi.from_dict(create_app(Settings(var_dir=Path("/nowhere"))).openapi())
OPERATIONS = {
    found.ok().label: found.ok()
    for found in SCHEMA.get_all_operations()
    if found.ok().path not in LEFT_OUT
}


@pytest.fixture(scope="module")
def base_url(settings: Settings, town: Town) -> Iterator[str]:
    # a 429 in the way would hide what is behind it
    with serving(settings.model_copy(update={"rate_limit_factor": 0.0})) as url:
        yield url


@pytest.fixture(scope="module")
def headers(base_url: str) -> dict[str, str]:
    client = sign_in(base_url, "admin")
    return {
        "Cookie": f"wangge_session={client.cookies['wangge_session']}",
        "X-CSRF-Token": client.headers["X-CSRF-Token"],
    }


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_no_input_makes_a_server_error(label: str, base_url: str, headers: dict[str, str]) -> None:
    @given(case=OPERATIONS[label].as_strategy())
    @hypothesis_settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attack(case: Any) -> None:
        answer = case.call(base_url=base_url, headers=headers)
        told = (answer.status_code, answer.content[:300])
        assert answer.status_code < 500, told
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"], told
            problem = answer.json()
            assert problem["status"] == answer.status_code
            assert problem["detail"]["zh"]
            assert problem["detail"]["en"]

    attack()


def test_every_operation_but_three_paths_is_attacked() -> None:
    assert len(OPERATIONS) > 12
