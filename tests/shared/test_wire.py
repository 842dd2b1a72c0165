"""The hop between our own processes: answers whole, errors named, nothing of one request in another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from services.shared.errors import Invalid, ServiceUnavailable
from services.shared.http import client_for
from services.shared.settings import Settings
from services.shared.wire import NoAnswer, Wire

pytestmark = pytest.mark.anyio

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Name: \xe4\r\n\r\nhi"


@asynccontextmanager
async def somebody(talk: Talk) -> AsyncIterator[str]:
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def answering(*answers: bytes, closing: bool = False) -> tuple[Talk, list[bytes]]:
    """One answer for each request, in turn; what was heard."""
    heard: list[bytes] = []
    left = list(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")), 0)
            heard.append(head + await reader.readexactly(length))
            writer.write(left.pop(0))
            if closing:
                break
        writer.close()

    return talk, heard


async def ask(wire: Wire, method: str = "GET", body: bytes | None = None, timeout: float = 5) -> tuple[int, bytes]:
    answer = await wire.send(method, "/x?y=1", {"Authorization": "Bearer t"}, body, timeout)
    return answer.status_code, answer.content


async def test_one_connection_serves_one_request_after_another() -> None:
    talk, heard = answering(OK, b"HTTP/1.1 204 No Content\r\n\r\n", OK)
    async with somebody(talk) as address:
        wire = Wire(address)
        assert [await ask(wire), await ask(wire, "POST", b"{}"), await ask(wire)] == [
            (200, b"hi"),
            (204, b""),
            (200, b"hi"),
        ]
        await wire.close()
    assert heard[0].startswith(b"GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert heard[1].endswith(b"Content-Length: 2\r\n\r\n{}")


async def test_an_answer_may_come_in_pieces_and_chunks() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (b"HTTP/1.1 200 O", b"K\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi", b"\r\n1\r\n!\r\n0\r\n\r\n"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()

    async with somebody(talk) as address:
        assert await ask(Wire(address)) == (200, b"hi!")


async def test_a_connection_closed_meanwhile_is_opened_anew_for_what_only_reads() -> None:
    talk, heard = answering(OK, OK, closing=True)
    async with somebody(talk) as address:
        wire = Wire(address)
        assert await ask(wire) == (200, b"hi")
        await asyncio.sleep(0.05)
        assert await ask(wire) == (200, b"hi")
    assert len(heard) == 2


async def test_what_may_have_been_done_is_never_sent_twice() -> None:
    heard = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        await reader.readuntil(b"\r\n\r\n")
        heard += 1
        if heard == 1:
            writer.write(OK)
            await reader.readuntil(b"\r\n\r\n")
            heard += 1
        writer.close()

    async with somebody(talk) as address:
        wire = Wire(address)
        assert await ask(wire) == (200, b"hi")
        with pytest.raises(NoAnswer):
            await ask(wire, "POST", b"")
    assert heard == 2


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"])
async def test_half_an_answer_and_nonsense_are_no_answer(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with somebody(talk) as address:
        with pytest.raises(NoAnswer):
            await ask(Wire(address), "POST", b"")


async def test_whoever_is_silent_or_gone_is_named() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with (
        somebody(silent) as address,
        client_for(Settings(process="gateway", registry_url=address), "registry") as client,
    ):
        with pytest.raises(ServiceUnavailable, match="service_unavailable") as refused:
            await client.request("GET", "/v1/areas", timeout=0.1)
    assert (refused.value.detail, refused.value.data["service"]) == ("timeout", "registry")
    async with client_for(Settings(process="gateway", registry_url=address), "registry") as client:
        with pytest.raises(ServiceUnavailable):
            await client.request("GET", "/v1/areas")


async def test_a_late_answer_never_meets_the_next_request() -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"slow" in head:
            await asyncio.sleep(0.2)
        writer.write(OK.replace(b"hi", b"no") if b"slow" in head else OK)
        await asyncio.sleep(0.3)
        writer.close()

    async with somebody(late) as address:
        wire = Wire(address)
        with pytest.raises(NoAnswer):
            await wire.send("GET", "/slow", {}, None, 0.05)
        assert await ask(wire) == (200, b"hi")


async def test_a_line_break_in_a_header_is_refused() -> None:
    async with client_for(Settings(process="gateway", registry_url="http://127.0.0.1:9"), "registry") as client:
        with pytest.raises(Invalid):
            await client.request("POST", "/v1/x", headers={"Idempotency-Key": "a\r\nX-Evil: 1"})


@pytest.mark.parametrize("target", ["/x y", "/x\r\nX-Evil: 1", "/x HTTP/1.1\r\nHost: a\r\n\r\nGET /y", "/x\x00"])
async def test_a_target_is_one_request_or_none(target: str) -> None:
    talk, heard = answering(OK)
    async with somebody(talk) as address:
        with pytest.raises(ValueError, match="target"):
            await Wire(address).send("GET", target, {}, None, 1)
    assert heard == []
