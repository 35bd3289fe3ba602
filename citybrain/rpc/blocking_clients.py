"""Blocking versions of `clients`, for the command line. Same names, same errors."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, TypeVar

import grpc

from citybrain.rpc.errors import rpc_error
from citybrain.rpc.methods import Method
from citybrain.rpc.transport import Tls, channel_options

Q = TypeVar("Q")
R = TypeVar("R")
C = TypeVar("C", bound="Connection")


class Connection:
    """A channel to one server."""

    def __init__(self, address: str, *, tls: Tls | None = None) -> None:
        self.address = address
        if tls is None:
            self._channel = grpc.insecure_channel(address, options=channel_options())
        else:
            self._channel = grpc.secure_channel(
                address, tls.for_channel(), options=channel_options()
            )

    def __enter__(self: C) -> C:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    def unary(self, method: Method[Q, R], request: Q) -> R:
        """One request, one reply, within the method's deadline; raises `RpcError`."""
        try:
            payload = self._channel.unary_unary(method.path)(
                method.encode_request(request), timeout=method.deadline_s
            )
        except grpc.RpcError as error:
            raise _rpc_error(error) from error
        return method.decode_reply(payload)

    def server_stream(self, method: Method[Q, R], request: Q) -> Iterator[R]:
        """The replies of a stream, until it breaks (`RpcError`) or the caller leaves."""
        call = self._channel.unary_stream(method.path)(method.encode_request(request))
        try:
            for payload in call:
                yield method.decode_reply(payload)
        except grpc.RpcError as error:
            raise _rpc_error(error) from error
        finally:
            call.cancel()


def _rpc_error(error: Any) -> Exception:
    return rpc_error(error.code(), error.details(), error.trailing_metadata())
