"""Public API reference: what each method asks for and answers, from the OpenAPI documents."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from citybrain.api.problem_types import PROBLEM_TYPES
from reference_pages.markdown import table

DOCUMENTS = {"district": "District", "city": "City"}

INTRODUCTION = """\
# Public API

Generated from `protos/citybrain/api/v1/*.proto` by way of the OpenAPI documents. The same methods
are on gRPC (package `citybrain.api.v1`, found by reflection) and on HTTP (described at
`/api/v1/openapi.json`); they give the same answers. Over HTTP a message is JSON with the names
below, times are RFC 3339 and UTC, and what is absent is left out. [Lists that
follow](../protocols/changes.md) says how a client applies the changes of a stream; [A foreign
client](../recipes/client.md) walks through one on each wire.

Within `v1` a field may be added, and none changes its name, type, number or meaning. Sets that may
grow are said to be open: read a word that you do not know as one.
"""


REFUSALS = """\
## Refusals

What a node decides, yes or no, is an [Outcome](#outcome): `done: false` comes with its own reasons,
is final, and changed nothing. What never came to a decision is an error with one of these reasons,
the same at both tiers and on both wires. Over gRPC the reason is that of `ErrorInfo` (domain
`citybrain`, in capitals), over HTTP the field `reason` of the [problem document](#problem).

A refusal with a time is *passing*: nothing was done, and the same request, with its `request_id`,
may be sent again after that many seconds (gRPC: `RetryInfo`, HTTP: `Retry-After`). Add a random
pause of your own, so that not all come back at once. One without a time is final. Of what is the
node's own fault a caller gets a reference (gRPC: `RequestInfo`, HTTP: `reference`); the node's log
has the error under it.

What comes without these details is not from the node's API: repeat where there was no answer
(`UNAVAILABLE`, `DEADLINE_EXCEEDED`), and where gRPC itself counts too many calls
(`RESOURCE_EXHAUSTED`).
"""


def page(root: Path) -> str:
    """The whole page."""
    parts = [INTRODUCTION, REFUSALS, _refusals()]
    messages: dict[str, dict] = {}
    for name, title in DOCUMENTS.items():
        text = (root / "citybrain" / "api" / "openapi" / f"{name}.json").read_text("utf-8")
        document = json.loads(text)
        parts += [f"## {title}\n", f"{document['info']['description']}\n"]
        parts += _methods(document["paths"])
        messages |= document["components"]["schemas"]
    parts.append("## Messages\n")
    parts += _messages(dict(sorted(messages.items())))
    return "\n".join(parts)


def _refusals() -> str:
    rows = [
        (
            f"`{kind.reason}`",
            f"`{kind.code}`",
            str(kind.http),
            "final" if kind.retry_after_s is None else f"passing, {kind.retry_after_s} s",
            kind.meaning,
        )
        for kind in PROBLEM_TYPES
    ]
    return table(("reason", "gRPC", "HTTP", "again", "meaning"), rows)


def _methods(paths: dict[str, dict[str, dict]]) -> Iterator[str]:
    for path, verbs in paths.items():
        for verb, operation in verbs.items():
            yield f"### `{verb.upper()} {path}`\n"
            service, _, method = operation["operationId"].partition("_")
            yield f"gRPC: `{service}Service.{method}`. {operation['description']}\n"
            rows = [
                (f"`{p['name']}`", p["in"], _bounds(p["schema"]), p["description"])
                for p in operation.get("parameters", ())
            ]
            if rows:
                yield table(("parameter", "in", "type", "meaning"), rows)
            if "requestBody" in operation:
                yield f"Body: {_link(operation['requestBody']['content'])}.\n"
            yield f"Answer: {_link(operation['responses']['200']['content'])}.\n"


def _messages(schemas: dict[str, dict]) -> Iterator[str]:
    for name, schema in schemas.items():
        yield f"### {name}\n"
        yield f"{schema['description']}\n"
        required = schema.get("required", ())
        rows = [
            (f"`{field}`" + (" *" if field in required else ""), _bounds(of), _meaning(of))
            for field, of in schema.get("properties", {}).items()
        ]
        if rows:
            yield table(("field (*: required)", "type", "meaning"), rows)


def _meaning(schema: dict) -> str:
    return str(schema.get("description", ""))


def _link(content: dict[str, dict]) -> str:
    ((media, answer),) = content.items()
    reference = answer.get("x-event-schema", answer["schema"]).get("$ref", "")
    name = reference.rpartition("/")[2]
    return f"[{name}](#{name.lower()}), `{media}`"


def _bounds(schema: dict) -> str:
    """The type in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if schema.get("type") == "array":
        return f"list of {_bounds(schema['items'])}"
    if "additionalProperties" in schema and isinstance(schema["additionalProperties"], dict):
        return f"by name: {_bounds(schema['additionalProperties'])}"
    words = schema.get("format", schema.get("type", "text"))
    return re.sub(r"^(int32|double|date-time)$", lambda m: NAMES[m[1]], str(words))


NAMES = {"int32": "whole number", "double": "number", "date-time": "time"}
