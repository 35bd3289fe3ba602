"""A node on real sockets, as foreign clients meet it: its public API on gRPC and HTTP."""

import asyncio
import json
import urllib.error
import urllib.request

import grpc

from citybrain.structs import Struct


class Reply(Struct, frozen=True, kw_only=True):
    """What HTTP answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class ServedNode:
    """`address` is where gRPC is served, `url` where HTTP is."""

    address: str
    url: str

    def channel(self) -> grpc.aio.Channel:
        return grpc.aio.insecure_channel(self.address)

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.http("GET", path, None, headers)

    async def post(self, path: str, body: object, **headers: str) -> Reply:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http(
            "POST", path, payload, {"content-type": "application/json", **headers}
        )

    async def http(self, method: str, path: str, body: bytes | None, headers: dict) -> Reply:
        asked = urllib.request.Request(self.url + path, data=body, method=method, headers=headers)
        return await asyncio.to_thread(_answer, asked)


def _answer(asked: urllib.request.Request) -> Reply:
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return _reply(answer)
    except urllib.error.HTTPError as answer:
        return _reply(answer)


def _reply(answer) -> Reply:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(status=answer.status, headers=headers, body=answer.read())
