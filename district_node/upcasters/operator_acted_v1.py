"""Version 1 named the operator in the action alone; an input says who its principal is."""

import json


def upcast(text: bytes) -> bytes:
    given = json.loads(text)
    given["principal"] = {
        "authentication": "unauthenticated",
        "name": given["action"]["operator"],
        "roles": ["operator"],
    }
    return json.dumps(given, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
