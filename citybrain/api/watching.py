"""What a stream tells, ready for both wires, encoded once for all its watchers."""

import json
from collections.abc import Callable
from typing import Protocol

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api.json_text import json_of
from citybrain.api.v1 import changes_pb2 as pb


class StreamMessage(Protocol):
    """One message of a stream. `event_id`: where a client may go on after it; "": nowhere.
    `is_idle`: it only says that the stream lives."""

    @property
    def event_id(self) -> str: ...

    @property
    def is_idle(self) -> bool: ...

    def protobuf(self) -> bytes: ...

    def json(self) -> bytes: ...


class WholeMessage:
    """A message that only this stream gets."""

    event_id, is_idle = "", False

    def __init__(self, message: Message) -> None:
        self._message = message

    def protobuf(self) -> bytes:
        payload: bytes = self._message.SerializeToString(deterministic=True)
        return payload

    def json(self) -> bytes:
        return json_of(self._message)


class Part:
    """What changed in one window, without the name that a client gives to it: shared by all that
    watch the window. `field` is the member of `ViewChange`.
    """

    def __init__(self, field: str, message: Message | None, json_text: Callable[[], bytes]) -> None:
        self.field, self.message = field, message
        self._make_json = json_text
        self._json: bytes | None = None

    def named(self, name: str) -> pb.ViewChange:
        """As the change of the window called `name`."""
        if self.message is None:
            return pb.ViewChange(name=name, gone=True)
        return pb.ViewChange(name=name, **{self.field: self.message})

    def json(self) -> bytes:
        if self._json is None:
            self._json = self._make_json()
        return self._json


class ChangesMessage:
    """The parts of one frame under one watcher's names. Without parts it says that the stream
    lives."""

    def __init__(self, version: str, parts: tuple[tuple[str, Part], ...]) -> None:
        self.event_id, self.is_idle, self._parts = version, not parts, parts

    def protobuf(self) -> bytes:
        changes = pb.Changes(
            version=self.event_id, views=[part.named(name) for name, part in self._parts]
        )
        payload: bytes = changes.SerializeToString(deterministic=True)
        return payload

    def json(self) -> bytes:
        views = b",".join(
            b'{"name":%b,"%b":%b}' % (json.dumps(name).encode(), part.field.encode(), part.json())
            for name, part in self._parts
        )
        return b'{"version":%b,"views":[%b]}' % (json.dumps(self.event_id).encode(), views)
