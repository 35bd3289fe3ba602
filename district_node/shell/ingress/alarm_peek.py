"""Whether an `EventBatch` holds a live alarm, seen in its bytes: what to decode first. Decodes
nothing, and is believed about nothing else.
"""

import re

ALARMS_SEEN = 50  # as many as an honest message has items: what a look costs is bounded

# An event's fields stand in the order of their numbers, as all serializers write them: severity
# (8, SEVERE or EXTREME), urgency (9), certainty (10), observed_at (11) …
_SEVERE = re.compile(rb"\x40[\x01\x02](?:\x48.)?(?:\x50.)?\x58", re.DOTALL)
# … is_historical (16), kind (17)
_HISTORICAL, _KIND = b"\x80\x01\x01", b"\x8a\x01"


def may_hold_live_alarm(payload: bytes) -> bool:
    """Whether an event in it is Severe or Extreme and no backlog. True by chance for one in some
    thousand others; an event of a version that knows no kinds counts as live."""
    for seen, match in enumerate(_SEVERE.finditer(payload)):
        if seen >= ALARMS_SEEN:
            break
        kind = payload.find(_KIND, match.end())
        if kind < 0 or payload[kind - len(_HISTORICAL) : kind] != _HISTORICAL:
            return True
    return False
