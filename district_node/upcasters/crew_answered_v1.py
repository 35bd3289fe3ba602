"""Version 1 named the unit in the answer alone; an input says who its principal is."""

import json


def upcast(text: bytes) -> bytes:
    given = json.loads(text)
    given["principal"] = {
        "authentication": "unauthenticated",
        "name": given["answer"]["unit"],
        "roles": ["crew"],
    }
    return json.dumps(given, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
