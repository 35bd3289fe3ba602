"""The node's log names what was refused without a reply, by the codes that the cores use."""

import logging
from pathlib import Path

import pytest

import district_node.cores
from citybrain.decider.command import Notice
from citybrain.decider.decider import Committed
from district_node.shell.notice_log import LOGGED, log_notices

CORES = Path(district_node.cores.__file__).parent


@pytest.mark.parametrize("code", sorted(LOGGED))
def test_each_code_is_one_that_a_core_gives(code):
    assert any(f'"{code}"' in file.read_text("utf-8") for file in CORES.rglob("*.py"))


def test_a_refused_change_of_packs_is_a_line_and_another_notice_is_none(caplog):
    caplog.set_level(logging.DEBUG)
    notices = (
        Notice(code="packs_refused", subject="configuration", detail="It may not."),
        Notice(code="stage", subject="inc-1", detail="opened"),
    )
    log_notices(None, [Committed(seq=1, commands=notices)])
    assert caplog.messages == ["configuration asked for other packs: It may not."]
