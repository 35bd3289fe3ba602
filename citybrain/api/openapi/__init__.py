"""The OpenAPI documents of the API, generated from its protos by `make protos`."""

from pathlib import Path

HERE = Path(__file__).parent


def openapi(name: str) -> bytes:
    """The document of `name` ("district", "city")."""
    return (HERE / f"{name}.json").read_bytes()
