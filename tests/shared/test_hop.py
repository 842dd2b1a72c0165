"""The hop to another process: answers whole, errors named, nothing of one request in another."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from fastapi import FastAPI

from services.shared.errors import Invalid, ServiceUnavailable
from services.shared.http import Client, client_for
from services.shared.settings import Settings

pytestmark = pytest.mark.anyio

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Name: \xe4\r\n\r\nhi"


@asynccontextmanager
async def somebody(talk: Talk) -> AsyncIterator[Client]:
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server, client_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        yield client


def client_to(address: str) -> Client:
    return client_for(Settings(process="gateway", registry_url=address), "registry")


def answering(*answers: bytes, closing: bool = False) -> tuple[Talk, list[bytes]]:
    """One answer for each request, in turn; what was heard."""
    heard: list[bytes] = []
    left = list(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            length = next((int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")), 0)
            heard.append(head + await reader.readexactly(length))
            writer.write(left.pop(0))
            if closing:
                break
        writer.close()

    return talk, heard


async def ask(client: Client, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    answer = await client.request(method, "/x?y=1%20&z=%2F", token="t", content=body, refuse=False)
    return answer.status_code, answer.content


async def test_one_connection_serves_one_request_after_another() -> None:
    talk, heard = answering(OK, b"HTTP/1.1 204 No Content\r\n\r\n", OK)
    async with somebody(talk) as client:
        assert [await ask(client), await ask(client, "POST", b"{}"), await ask(client)] == [
            (200, b"hi"),
            (204, b""),
            (200, b"hi"),
        ]
    line, host, *others = heard[0].decode().split("\r\n")
    assert line == "GET /x?y=1%20&z=%2F HTTP/1.1"
    assert host.startswith("Host: 127.0.0.1:")
    assert others == ["Authorization: Bearer t", "", ""], "nothing that nobody asked to be sent"
    assert heard[1].endswith(b"Content-Length: 2\r\n\r\n{}")


async def test_an_answer_may_come_in_pieces_and_chunks() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (b"HTTP/1.1 200 O", b"K\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi", b"\r\n1\r\n!\r\n0\r\n\r\n"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()

    async with somebody(talk) as client:
        assert await ask(client) == (200, b"hi!")


async def test_an_answer_is_handed_back_as_it_is_and_nothing_of_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    packed = gzip.compress(b"hi")
    talk, heard = answering(
        b"HTTP/1.1 303 See Other\r\nLocation: /y\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed),
        OK,
    )
    async with somebody(talk) as client:
        moved = await client.request("POST", "/x")
        assert (moved.status_code, moved.headers["location"]) == (303, "/y")
        assert await ask(client) == (200, b"hi"), "packed by somebody who was not asked to"
        assert (await client.request("GET", "/x")).headers["x-name"] == "ä"
    assert len(heard) == 3
    assert not any(b"cookie" in head.lower() for head in heard)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_server_that_keeps_no_connection_answers_every_request(method: str) -> None:
    app = FastAPI()
    app.api_route("/x", methods=["GET", "POST"])(lambda: "hi")
    config = uvicorn.Config(app, port=0, log_config=None, timeout_keep_alive=0)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    async with client_to(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}") as client:
        for _ in range(5):
            assert await ask(client, method) == (200, b'"hi"')
            await asyncio.sleep(0.02)  # the server's own end of the connection
    await server.shutdown()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_only_what_reads_is_sent_again_where_a_kept_connection_breaks(method: str) -> None:
    """The other side closes while the request is on its way: nobody can know whether it was done."""
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        if len(heard) == 1:
            heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with somebody(talk) as client:
        assert await ask(client) == (200, b"hi")
        if method == "GET":
            assert await ask(client) == (200, b"hi")
        else:
            with pytest.raises(ServiceUnavailable):
                await ask(client, method, b"")
    assert len(heard) == (3 if method == "GET" else 2)


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"])
async def test_half_an_answer_and_nonsense_are_no_answer(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with somebody(talk) as client:
        for method in ("GET", "POST"):
            with pytest.raises(ServiceUnavailable):
                await ask(client, method)


async def test_whoever_is_silent_or_gone_is_named() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with somebody(silent) as client:
        with pytest.raises(ServiceUnavailable, match="service_unavailable") as refused:
            await client.request("GET", "/v1/areas", timeout=0.1)
    assert (refused.value.detail, refused.value.data["service"]) == ("timeout", "registry")
    async with client_to("http://127.0.0.1:9") as client:
        with pytest.raises(ServiceUnavailable):
            await client.request("GET", "/v1/areas")


@pytest.mark.parametrize("given_up", [False, True], ids=["too late", "given up"])
async def test_a_late_answer_never_meets_the_next_request(given_up: bool) -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"slow" in head:
            await asyncio.sleep(0.1)
        writer.write(OK.replace(b"hi", b"no") if b"slow" in head else OK)
        await asyncio.sleep(0.1)
        writer.close()

    async with somebody(late) as client:
        slow = asyncio.create_task(client.request("GET", "/slow", timeout=5 if given_up else 0.05))
        await asyncio.sleep(0.07)
        if given_up:
            slow.cancel()
        with pytest.raises((ServiceUnavailable, asyncio.CancelledError)):
            await slow
        assert await ask(client) == (200, b"hi")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\n", "\x00", "ä"])
async def test_a_header_is_one_line_or_none(value: str) -> None:
    async with client_to("http://127.0.0.1:9") as client:
        with pytest.raises(Invalid):
            await client.request("POST", "/v1/x", headers={"Idempotency-Key": value})
        with pytest.raises(Invalid):
            await client.request("POST", "/v1/x", headers={value: "a"})


@pytest.mark.parametrize("target", ["/x y", "/x\r\nX-Evil: 1", "/x HTTP/1.1\r\nHost: a\r\n\r\nGET /y", "/x\x00", "/ä"])
async def test_a_target_is_one_request_or_none(target: str) -> None:
    async with client_to("http://127.0.0.1:9") as client:
        with pytest.raises(Invalid):
            await client.request("GET", target)
