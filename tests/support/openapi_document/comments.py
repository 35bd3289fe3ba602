"""The protos with their comments, as the compiler gives them."""

import subprocess
import sys
import tempfile
from pathlib import Path

import google.api
from google.protobuf import descriptor_pb2

# numbers of fields in descriptor.proto, of which the paths of comments are made
MESSAGES, SERVICES, FIELDS, METHODS = 4, 6, 2, 2


def include_paths(root: Path) -> tuple[str, ...]:
    """Where the compiler finds our protos and those of Google's APIs."""
    return str(root / "protos"), str(Path(google.api.__path__[0]).parents[1])


def descriptors(root: Path) -> descriptor_pb2.FileDescriptorSet:
    """The public protos, compiled, with source information."""
    protos = sorted((root / "protos" / "citybrain" / "api" / "v1").glob("*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "api.pb"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "grpc_tools.protoc",
                *(f"-I{path}" for path in include_paths(root)),
                "--include_source_info",
                f"--descriptor_set_out={out}",
                *map(str, protos),
            ],
            check=True,
        )
        return descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())


def comments(files: descriptor_pb2.FileDescriptorSet) -> dict[str, str]:
    """The comment of every message, field, service and method, by its full name."""
    found = {}
    for file in files.file:
        by_path = {tuple(at.path): _text(at) for at in file.source_code_info.location}
        for m, message in enumerate(file.message_type):
            name = f"{file.package}.{message.name}"
            found[name] = by_path.get((MESSAGES, m), "")
            for f, field in enumerate(message.field):
                found[f"{name}.{field.name}"] = by_path.get((MESSAGES, m, FIELDS, f), "")
        for s, service in enumerate(file.service):
            name = f"{file.package}.{service.name}"
            found[name] = by_path.get((SERVICES, s), "")
            for n, method in enumerate(service.method):
                found[f"{name}.{method.name}"] = by_path.get((SERVICES, s, METHODS, n), "")
    return found


def _text(at: descriptor_pb2.SourceCodeInfo.Location) -> str:
    text = at.leading_comments or at.trailing_comments
    paragraphs = "\n".join(line.strip() for line in text.splitlines()).strip().split("\n\n")
    return "\n\n".join(" ".join(p.split("\n")) for p in paragraphs)
