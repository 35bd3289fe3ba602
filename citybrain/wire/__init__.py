"""Protobuf at the door: `encode_x`/`decode_x` pairs between domain values and bytes. Nothing outside this folder sees a protobuf message.

`decode_x` raises `MalformedError` for whatever is no message of ours, and is total on enum values that this version does not know.
"""
