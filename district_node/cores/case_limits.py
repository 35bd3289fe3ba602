"""The bounds of what people write into a case and to crews: value, unit, reason, fate."""

from citybrain.limits import Limit

NOTES = Limit(
    name="notes",
    value=50,
    unit="notes of one incident",
    reason="a case that lasts for days gets a few a shift; a screen shows no more",
    fate="the oldest after the first leaves the case, which counts it; the journal keeps it",
)
CREW_MESSAGES = Limit(
    name="crew_messages",
    value=20,
    unit="messages to one crew",
    reason="a shift's, on the screen of a phone",
    fate="the oldest leaves, answered ones first; the journal keeps it",
)
HAND_OVERS = Limit(
    name="hand_overs",
    value=30,
    unit="hand-overs of cases between shifts",
    reason="some days of three shifts; the histories of the cases name each",
    fate="the oldest that was taken leaves the list, else the oldest; the journal keeps it",
)
