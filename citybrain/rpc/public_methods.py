"""The methods of the public API for clients: requests of fields, replies as public messages."""

from citybrain.api.client.contracts import Contract, reply_of
from citybrain.api.lists.port import PublicMessage
from citybrain.rpc.limits import CALL_S
from citybrain.rpc.methods import PUBLIC_REPEATABLE, Method

PublicMethod = Method[PublicMessage, PublicMessage]


def public_methods(contract: Contract) -> dict[str, PublicMethod]:
    """The contract's methods by name."""
    return {name: _method(contract, name) for name in contract.methods}


def _method(contract: Contract, name: str) -> PublicMethod:
    package, _, service = contract.name.rpartition(".")
    method = contract.methods[name]
    return Method(
        package=package,
        service=service,
        name=name,
        encode_request=_serialized,
        decode_request=method.request.FromString,
        encode_reply=_serialized,
        decode_reply=lambda payload: reply_of(method, payload),
        deadline_s=None if method.is_stream else float(CALL_S.value),
        repeatable=(service, name) in PUBLIC_REPEATABLE,
    )


def _serialized(message: PublicMessage) -> bytes:
    payload: bytes = message.SerializeToString()
    return payload
