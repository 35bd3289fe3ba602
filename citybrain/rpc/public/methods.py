"""The methods of the public API on gRPC: public messages at both ends."""

from citybrain.api.client.messages import reply_of
from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiMethod, Contract
from citybrain.api.requests.reading import from_protobuf
from citybrain.rpc.limits import CALL_S
from citybrain.rpc.methods import Method

PublicMethod = Method[PublicMessage, PublicMessage]


def public_methods(contract: Contract) -> dict[str, PublicMethod]:
    """The contract's methods by name."""
    return {name: _method(contract.name, method) for name, method in contract.methods.items()}


def _method(service: str, method: ApiMethod) -> PublicMethod:
    is_stream = method.is_stream or method.is_upload
    return Method(
        service=service,
        name=method.name,
        encode_request=_serialized,
        decode_request=lambda payload: from_protobuf(method.request, payload),
        encode_reply=_serialized,
        decode_reply=lambda payload: reply_of(method, payload),
        deadline_s=None if is_stream else float(CALL_S.value),
        repeatable=method.is_repeatable and not is_stream,
    )


def _serialized(message: PublicMessage) -> bytes:
    payload: bytes = message.SerializeToString(deterministic=True)
    return payload
