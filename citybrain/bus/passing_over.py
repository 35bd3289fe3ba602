"""Packets in a buffer that is read in large pieces: which messages to pass over before anything is
made of them. Pure; knows no client.
"""

from citybrain.bus.port import IsUnwanted

PUBACK = 0x40
PUBLISH, TYPE_BITS = 0x30, 0xF0  # of a packet's header
QOS_BITS, QOS_1 = 0x06, 0x02  # of a PUBLISH's


def is_unreliable(header: int) -> bool:
    """Whether a packet is a PUBLISH with QoS 0: none of ours sends one."""
    return header & TYPE_BITS == PUBLISH and not header & QOS_BITS


def puback(mid: int) -> bytes:
    """The acknowledgement of the message with this id."""
    return bytes((PUBACK, 2, mid >> 8, mid & 0xFF))


def behind_unwanted(data: bytes, at: int, is_unwanted: IsUnwanted | None, acks: bytearray) -> int:
    """Where in `data` the whole PUBLISHs end that begin at `at` and that nobody reads: those with
    QoS 0, and those with QoS 1 that `is_unwanted`, whose acknowledgements are added to `acks`. Hot
    in a flood."""
    end = len(data)
    while at + 2 <= end and data[at] & TYPE_BITS == PUBLISH:
        qos = data[at] & QOS_BITS
        if qos and (qos != QOS_1 or is_unwanted is None):
            break
        length, body = _number(data, at + 1)  # the remaining length (MQTT 5, 1.5.5)
        behind = body + length
        if not body or behind > end:
            break
        if qos and is_unwanted is not None:
            name_end = body + 2 + (data[body] << 8 | data[body + 1]) if length > 1 else behind
            if name_end + 3 > behind:
                break
            properties, payload = _number(data, name_end + 2)
            payload += properties
            if payload > behind or not is_unwanted(data[body + 2 : name_end], data[payload:behind]):
                break
            acks += puback(data[name_end] << 8 | data[name_end + 1])
        at = behind
    return at


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The variable byte integer at `at`, and where it ends; 0: it is none, or not whole."""
    value = shift = 0
    for place in range(at, min(at + 4, len(data))):
        value |= (data[place] & 0x7F) << shift
        if data[place] < 0x80:
            return value, place + 1
        shift += 7
    return 0, 0
