"""Fault kinds of the MQTT broker and of its clients' networks."""

from collections.abc import Mapping

from citysim.sim.faults.actions import mqtt
from citysim.sim.faults.kind import LONG, SHORT, FaultKind, TargetType

KINDS: Mapping[str, FaultKind] = {
    "mqtt_cut": FaultKind(
        target_type=TargetType.CLIENT,
        proves="the outbox keeps what waits, and the session resumes",
        begin=mqtt.disconnect,
        end=mqtt.reconnect,
        duration_s=SHORT,
    ),
    "mqtt_receive_blocked": FaultKind(
        target_type=TargetType.CLIENT,
        proves="acknowledgements are lost",
        begin=mqtt.block_receiving,
        end=mqtt.unblock_receiving,
        duration_s=SHORT,
    ),
    "mqtt_send_blocked": FaultKind(
        target_type=TargetType.CLIENT,
        proves="what TCP took and never delivered is sent again",
        begin=mqtt.block_sending,
        end=mqtt.unblock_sending,
        duration_s=SHORT,
    ),
    "broker_dies": FaultKind(
        target_type=TargetType.BROKER,
        proves="a broker's acknowledgement proves nothing",
        begin=mqtt.crash(lose_state=False),
        end=mqtt.restart,
        duration_s=SHORT,
    ),
    "broker_loses_state": FaultKind(
        target_type=TargetType.BROKER,
        proves="sessions, queues and retained messages are gone",
        begin=mqtt.crash(lose_state=True),
        end=mqtt.restart,
        duration_s=SHORT,
    ),
    "mqtt_loss": FaultKind(
        target_type=TargetType.BROKER,
        proves="at-least-once delivery is the outbox's work",
        begin=mqtt.set_attribute("loss"),
        end=mqtt.reset_attribute("loss"),
        duration_s=LONG,
        magnitude=(0.05, 0.5),
    ),
    "mqtt_duplicates": FaultKind(
        target_type=TargetType.BROKER,
        proves="duplicates are recognised for ever",
        begin=mqtt.set_attribute("duplicates"),
        end=mqtt.reset_attribute("duplicates"),
        duration_s=LONG,
        magnitude=(0.1, 0.8),
    ),
    "mqtt_reorders": FaultKind(
        target_type=TargetType.BROKER,
        proves="acknowledgements hold ranges above the contiguous number",
        begin=mqtt.set_attribute("reorders"),
        end=mqtt.reset_attribute("reorders"),
        duration_s=LONG,
        magnitude=(0.1, 0.8),
    ),
    "mqtt_slow": FaultKind(
        target_type=TargetType.BROKER,
        proves="acknowledgements arrive after the resend time",
        begin=mqtt.set_attribute("slow_s"),
        end=mqtt.reset_attribute("slow_s"),
        duration_s=LONG,
        magnitude=(0.5, 8.0),
    ),
}
