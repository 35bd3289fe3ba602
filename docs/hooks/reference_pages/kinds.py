"""Kinds reference: what a kind of event or incident may be called, and the names that are built
in."""

import json
from pathlib import Path

from citybrain import kinds
from citybrain.wire.event import FORMER_NUMBERS
from reference_pages.markdown import table
from street_agent.scene.rules.table import RULE_KINDS

INTRODUCTION = f"""\
# Kinds

Generated from the code. Kinds are open sets: a city adds its own by naming them. A text that may be
no kind is rejected where it comes in; a kind that may be one and that nobody knows is taken and
shown as it is.

## Events

The kind of an event says what a rule or sensor reports. It is a topic: {kinds.EVENT_KIND_FORM}. A
rule reports the kind in this table, in ONVIF Analytics' names, or the `event_kind` of its own
configuration, for example `lifts:Contact/Open`. Versions that had only these six gave them numbers,
which are still read and written beside the names.
"""

INCIDENTS = f"""\

## Incidents

The kind of an incident names its playbook. It is {kinds.INCIDENT_KIND_FORM}: `crowding`, or
`lifts.trapped` where a scene pack adds it. `citybrain district check` lists the kinds that a
district knows; `citybrain street check --district FILE` names every rule of a box whose
`incident_kind` is not among them, and what was probably meant. `{kinds.UNKNOWN_KIND}` is built in:
of a case whose kind no playbook knows, for a person to decide.
"""


def page(root: Path) -> str:
    """The whole page."""
    reported_by = {kind.event_kind: f"`{name}`" for name, kind in RULE_KINDS.items()}
    texts = root / "citybrain" / "web" / "translations" / "vocabulary.json"
    words = json.loads(texts.read_text(encoding="utf-8"))
    rows = (
        (
            f"`{kind}`",
            reported_by.get(kind, ""),
            *(words[f"event.{kind}"][language] for language in ("en", "zh")),
            str(FORMER_NUMBERS[kind]),
        )
        for kind in kinds.BUILT_IN_EVENT_KINDS
    )
    heads = ("event kind", "reported by rules of kind", "English", "Chinese", "former number")
    return "\n".join([INTRODUCTION, table(heads, rows)]) + INCIDENTS
