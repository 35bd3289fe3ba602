"""Reading requests: bytes and JSON into messages, messages into values, and every fault named."""
