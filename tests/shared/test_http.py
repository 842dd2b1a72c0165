"""What one process tells another, and what it makes of the answers."""

from pathlib import Path

import httpx2
import pytest
import structlog

from services.shared.errors import ServiceUnavailable
from services.shared.http import RemoteRefusal, client_for
from services.shared.settings import Settings


def settings_with(tmp_path: Path, answer: httpx2.Response | Exception, heard: list[httpx2.Request]) -> Settings:
    def respond(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    address = "http://registry.test"
    return Settings(
        process="gateway",
        key_folder=tmp_path,
        registry_url=address,
        transports={address: httpx2.MockTransport(respond)},
    )


async def test_a_request_carries_the_id_of_the_one_it_serves(tmp_path: Path) -> None:
    heard: list[httpx2.Request] = []
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with client_for(settings_with(tmp_path, httpx2.Response(200), heard), "registry") as client:
        with structlog.contextvars.bound_contextvars(request_id=trace):
            await client.request("GET", "/v1/areas")
    assert heard[0].headers["traceparent"].split("-")[1] == trace


async def test_a_refusal_travels_on_with_its_code_and_its_data(tmp_path: Path) -> None:
    problem = {"code": "stale_version", "detail": "x", "fields": [], "current": 4, "request_id": "r"}
    async with client_for(settings_with(tmp_path, httpx2.Response(412, json=problem), []), "registry") as client:
        with pytest.raises(RemoteRefusal) as refused:
            await client.request("GET", "/v1/areas")
    assert (refused.value.status, refused.value.code, refused.value.data) == (412, "stale_version", {"current": 4})


@pytest.mark.parametrize(
    "answer", [httpx2.Response(500), httpx2.Response(503, json={"code": "x"}), httpx2.ConnectError("gone")]
)
async def test_a_service_that_fails_or_is_gone_is_named(tmp_path: Path, answer: httpx2.Response | Exception) -> None:
    async with client_for(settings_with(tmp_path, answer, []), "registry") as client:
        with pytest.raises(ServiceUnavailable) as refused:
            await client.request("GET", "/v1/areas")
    assert refused.value.data["service"] == "registry"


async def test_the_part_that_is_really_missing_is_named(tmp_path: Path) -> None:
    answer = httpx2.Response(503, json={"code": "service_unavailable", "service": "consultation"})
    async with client_for(settings_with(tmp_path, answer, []), "registry") as client:
        with pytest.raises(ServiceUnavailable) as refused:
            await client.request("GET", "/v1/areas")
    assert refused.value.data["service"] == "consultation"
