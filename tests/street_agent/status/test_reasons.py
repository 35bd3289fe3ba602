"""Whoever sits at the box reads what each reason means, not its code alone."""

from street_agent.capture.visibility import VISIBILITY_OF
from street_agent.core.camera import NO_MODEL
from street_agent.core.coverage_log import AGENT_DOWN, STARTING
from street_agent.core.detection_rate import NOT_PROCESSED, TOO_FEW_LOOKS
from street_agent.core.sensor import NOT_A_NUMBER, OUT_OF_RANGE, SILENT, STUCK
from street_agent.sensor.topic_feeds import UNREADABLE
from street_agent.status.reasons import SENTENCES, in_words

OF_CAMERAS = {NO_MODEL, NOT_PROCESSED, TOO_FEW_LOOKS}
OF_SENSORS = {SILENT, STUCK, OUT_OF_RANGE, NOT_A_NUMBER, UNREADABLE}


def test_every_reason_of_a_camera_has_its_sentence():
    reasons = {reason for reason in VISIBILITY_OF if reason}
    reasons |= OF_CAMERAS | OF_SENSORS | {AGENT_DOWN, STARTING}
    assert reasons <= set(SENTENCES)


def test_the_code_stays_beside_the_sentence_and_an_unknown_one_stands_alone():
    assert in_words("frozen") == "frozen: its picture stands still; start the camera again"
    assert in_words("of_a_later_version") == "of_a_later_version"
