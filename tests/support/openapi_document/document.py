"""A whole document: paths of the services, parameters, schemas, problems."""

import json
import re
from pathlib import Path

from google.api import annotations_pb2
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor

from citybrain.api.problem_types import PROBLEM_TYPES
from citybrain.api.v1 import city_service_pb2, crew_pb2, district_service_pb2
from openapi_document.comments import comments, descriptors
from openapi_document.schemas import field_schema, is_required, message_schema, messages_below

# document: its title and its services
DOCUMENTS: dict[str, tuple[str, tuple[ServiceDescriptor, ...]]] = {
    "district": (
        "District",
        (
            district_service_pb2.DESCRIPTOR.services_by_name["DistrictService"],
            crew_pb2.DESCRIPTOR.services_by_name["CrewService"],
        ),
    ),
    "city": ("City", (city_service_pb2.DESCRIPTOR.services_by_name["CityService"],)),
}
VERSION = "v1"
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "reason", "reference", "violations"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "The type of the problem."},
        "title": {"type": "string", "description": "The type, in words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What went wrong, as sentences."},
        "reason": {
            "type": "string",
            "description": "The type, as a code; an open set, now "
            + ", ".join(kind.reason for kind in PROBLEM_TYPES)
            + ".",
        },
        "reference": {
            "type": "string",
            "description": "Where the node is to blame: under what its log has more. Else empty.",
        },
        "violations": {
            "type": "array",
            "description": "The fields that cannot be; empty where none is to blame.",
            "items": {
                "type": "object",
                "required": ["field", "what", "cure"],
                "properties": {
                    "field": {
                        "type": "string",
                        "description": "Its name, with dots; empty: the whole request.",
                    },
                    "what": {"type": "string", "description": "What is wrong."},
                    "cure": {"type": "string", "description": "What would be right."},
                },
            },
        },
    },
}
PROGRAM = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of `citybrain people token`; whoever it is of is the actor of every"
    " request. Where nobody has an account, none is asked for.",
}
RETRY_AFTER = {
    "required": True,
    "description": "After so many seconds the same request may be sent again.",
    "schema": {"type": "integer", "minimum": 0},
}
WRITES_ALONE = (507,)  # what reads is not refused so
FILE = "data"  # the field with a file's bytes, which over HTTP are the body
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
LAST_EVENT = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The id of the last event received; stands for `since`.",
    "schema": {"type": "string"},
}


def written(root: Path, name: str) -> str:
    """The text of the document `name`."""
    title, services = DOCUMENTS[name]
    said = comments(descriptors(root))
    asked = [m.input_type for s in services for m in s.methods]
    answered = [m.output_type for s in services for m in s.methods if not _is_download(m)]
    below = {kind.full_name for kind in messages_below(asked)}
    in_query = {
        m.input_type.full_name
        for s in services
        for m in s.methods
        if _verb(m) == "get" or m.client_streaming
    }
    schemas = {
        kind.name: message_schema(kind, said, is_asked=kind.full_name in below)
        for kind in messages_below([*asked, *answered])
        if kind.full_name not in in_query
    }
    for service in services:
        for method in service.methods:
            _leave_to_path(method, schemas)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": f"Citybrain: {title}",
            "version": VERSION,
            "description": said[services[0].full_name],
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": _tag(s), "description": said[s.full_name]} for s in services],
        "paths": _paths(services, said),
        "components": {
            "schemas": {**dict(sorted(schemas.items())), "Problem": PROBLEM},
            "securitySchemes": {"program": PROGRAM},
        },
        "security": [{"program": []}, {}],  # nothing is asked for where nobody has an account
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _leave_to_path(method: MethodDescriptor, schemas: dict) -> None:
    """What the path says need not be in the body."""
    is_body = _verb(method) == "post" and not method.client_streaming
    in_path = re.findall(r"{(\w+)}", _path(method)) if is_body else ()
    for name in in_path:
        body = schemas[method.input_type.name]
        body["required"] = [field for field in body["required"] if field != name]


def _paths(services: tuple[ServiceDescriptor, ...], said: dict[str, str]) -> dict:
    paths: dict = {}
    for service in services:
        for method in service.methods:
            verb = _verb(method)
            operation = _operation(service, method, said)
            paths.setdefault(_path(method), {})[verb] = operation
    return paths


def _operation(service: ServiceDescriptor, method: MethodDescriptor, said: dict[str, str]) -> dict:
    in_path = re.findall(r"{(\w+)}", _path(method))
    fields = {field.name: field for field in method.input_type.fields}
    parameters = [_parameter(fields[name], "path", said) for name in in_path]
    operation = {
        "operationId": f"{_tag(service)}_{method.name}",
        "tags": [_tag(service)],
        "description": said[method.full_name],
    }
    if method.client_streaming:  # the body is the file
        rest = [f for name, f in fields.items() if name not in (*in_path, FILE)]
        parameters += [_parameter(field, "query", said) for field in rest]
        operation["requestBody"] = {"required": True, "content": BYTES}
    elif _verb(method) == "post":
        body = {"$ref": f"#/components/schemas/{method.input_type.name}"}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    else:
        rest = [f for name, f in fields.items() if name not in in_path]
        parameters += [_parameter(field, "query", said) for field in rest]
        if "since" in fields:
            parameters.append(LAST_EVENT)
    if parameters:
        operation["parameters"] = parameters
    operation["responses"] = {"200": _reply(method)} | _problems(_verb(method))
    return operation


def _parameter(field: FieldDescriptor, place: str, said: dict[str, str]) -> dict:
    schema = field_schema(field, said, is_asked=True)
    description = schema.pop("description")
    if field.is_repeated:
        schema = {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": schema["items"],
            },
        }
    is_needed = place == "path" or field.is_repeated or is_required(field)
    return {
        "name": field.name,
        "in": place,
        "required": is_needed,
        "description": description,
        "schema": schema,
    }


def _reply(method: MethodDescriptor) -> dict:
    if _is_download(method):
        return {"description": "The file, to be saved.", "content": BYTES}
    body = {"$ref": f"#/components/schemas/{method.output_type.name}"}
    if not method.server_streaming:
        return {"description": "Done.", "content": {"application/json": {"schema": body}}}
    return {
        "description": "Server-sent events: each is one message; `heartbeat` has the time.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string", "contentMediaType": "application/json"},
                "x-event-schema": body,
            }
        },
    }


def _problems(verb: str) -> dict:
    """The refusals of the table: those of the node by their status, those of requests together."""
    found: dict = {}
    for status in sorted({k.http for k in PROBLEM_TYPES if k.is_passing or k.is_fault}):
        if verb == "post" or status not in WRITES_ALONE:
            kinds = [kind for kind in PROBLEM_TYPES if kind.http == status]
            meaning = " ".join(f"{kind.reason}: {kind.meaning}" for kind in kinds)
            found[str(status)] = _problem(meaning)
            if all(kind.is_passing for kind in kinds):
                found[str(status)]["headers"] = {"Retry-After": RETRY_AFTER}
    return found | {"default": _problem("The request cannot be. It was not done.")}


def _problem(description: str) -> dict:
    return {
        "description": description,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }


def _is_download(method: MethodDescriptor) -> bool:
    return method.server_streaming and FILE in method.output_type.fields_by_name


def _verb(method: MethodDescriptor) -> str:
    return method.GetOptions().Extensions[annotations_pb2.http].WhichOneof("pattern")


def _path(method: MethodDescriptor) -> str:
    return getattr(method.GetOptions().Extensions[annotations_pb2.http], _verb(method))


def _tag(service: ServiceDescriptor) -> str:
    return service.name.removesuffix("Service")
