"""The methods of the public API for clients: requests of fields, replies as public messages."""

from citybrain.api.client.contracts import Contract, reply_of
from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiMethod
from citybrain.rpc.limits import CALL_S
from citybrain.rpc.methods import PUBLIC_REPEATABLE, Method

PublicMethod = Method[PublicMessage, PublicMessage]


def public_methods(contract: Contract) -> dict[str, PublicMethod]:
    """The contract's methods by name."""
    return {name: client_method(contract.name, method) for name, method in contract.methods.items()}


def client_method(service: str, method: ApiMethod) -> PublicMethod:
    """One method of the service with this full name."""
    package, _, name = service.rpartition(".")
    return Method(
        package=package,
        service=name,
        name=method.name,
        encode_request=_serialized,
        decode_request=method.request.FromString,
        encode_reply=_serialized,
        decode_reply=lambda payload: reply_of(method, payload),
        deadline_s=None if method.is_stream else float(CALL_S.value),
        repeatable=(name, method.name) in PUBLIC_REPEATABLE,
    )


def _serialized(message: PublicMessage) -> bytes:
    payload: bytes = message.SerializeToString()
    return payload
