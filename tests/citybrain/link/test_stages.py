"""The four tables of a link: closed, and each stage can be reached and left."""

from itertools import product

import pytest

from citybrain.errors import IllegalTriggerError
from citybrain.link.stages import (
    NEXT_INBOUND,
    NEXT_LINK,
    NEXT_OUTBOUND,
    NEXT_PRESENCE,
    InboundStage,
    InboundTrigger,
    LinkStage,
    LinkTrigger,
    OutboundStage,
    OutboundTrigger,
    Presence,
    PresenceTrigger,
)
from citybrain.stages import next_stage

TABLES = {
    "link": (NEXT_LINK, LinkStage, LinkTrigger),
    "peer": (NEXT_PRESENCE, Presence, PresenceTrigger),
    "inbound log": (NEXT_INBOUND, InboundStage, InboundTrigger),
    "outbound log": (NEXT_OUTBOUND, OutboundStage, OutboundTrigger),
}
ENDS = {LinkStage.ENDED}


@pytest.mark.parametrize("noun", TABLES)
def test_a_trigger_leads_on_or_is_refused_by_name(noun):
    table, stages, triggers = TABLES[noun]
    for stage, trigger in product(stages, triggers):
        if (stage, trigger) in table:
            assert next_stage(noun, table, stage, trigger) in stages
            continue
        with pytest.raises(IllegalTriggerError, match=noun) as refused:
            next_stage(noun, table, stage, trigger)
        assert (refused.value.stage, refused.value.trigger) == (stage, trigger)


@pytest.mark.parametrize("noun", TABLES)
def test_every_stage_can_be_reached_and_all_but_the_ends_can_be_left(noun):
    table, stages, triggers = TABLES[noun]
    reached = {following for (stage, _), following in table.items() if following is not stage}
    assert reached | {next(iter(stages))} == set(stages)
    assert {stage for stage, _ in table} == set(stages) - ENDS
    assert {trigger for _, trigger in table} == set(triggers), "no trigger without a use"
