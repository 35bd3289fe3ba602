"""The wire format: `encode_x`/`decode_x` pairs between domain values and protobuf bytes. Nothing
outside this folder sees a protobuf message.

`decode_x` raises `MalformedError` for whatever is no message of ours. An enum number that this
version does not know becomes `UNKNOWN`.
"""
