"""The table of all fault kinds, and the order in which a seed draws from it."""

from collections.abc import Mapping

from citysim.sim.faults import (
    clock_kinds,
    computer_kinds,
    edge_box_kinds,
    link_kinds,
    mqtt_kinds,
    people_kinds,
)
from citysim.sim.faults.kind import FaultKind

KINDS: Mapping[str, FaultKind] = {
    **computer_kinds.KINDS,
    **clock_kinds.KINDS,
    **link_kinds.KINDS,
    **mqtt_kinds.KINDS,
    **people_kinds.KINDS,
    **edge_box_kinds.KINDS,
}

# Part of what a seed means: a kind that is renamed keeps its place, a new one is appended. (A new
# kind changes every seed's schedule all the same, because the weights change.)
DRAW_ORDER: tuple[str, ...] = (
    "broker_dies",
    "broker_loses_state",
    "calls_lost",
    "calls_slow",
    "card_replaced",
    "clock_drifts",
    "clock_stepped",
    "crew_backdates",
    "crew_answers_late",
    "crew_presses_old_order",
    "crew_refuses",
    "crew_sees_old_order",
    "crew_silent",
    "crew_answers_twice",
    "offline_and_intermittent",
    "offline_mid_verification",
    "dies_after_commit",
    "dies_before_commit",
    "dies_during_commit",
    "disk_full",
    "disk_hangs",
    "disk_refuses",
    "disk_slow",
    "source_blind",
    "source_blind_mid_verification",
    "killed",
    "killed_mid_order",
    "letters_refused",
    "link_cut",
    "link_down_blocked",
    "link_down_blocked_mid_order",
    "link_duplicates",
    "link_slow",
    "link_reset",
    "link_up_blocked",
    "link_up_blocked_mid_order",
    "inbound_writes_refused",
    "mqtt_cut",
    "mqtt_receive_blocked",
    "mqtt_loss",
    "mqtt_send_blocked",
    "mqtt_reorders",
    "mqtt_duplicates",
    "mqtt_slow",
    "need_changes_mid_order",
    "operator_indecisive",
    "overloaded",
    "planner_slow",
    "power_out",
    "restarts_in_past",
    "store_restored",
    "upgraded",
    "packs_changed",
    "clock_glitches",
    "restarts_with_wrong_clock",
    "suspended",
)

# Drawn from a stream of their own, a few in some runs: what a seed means otherwise stays as it was.
SELDOM: tuple[str, ...] = (
    "box_revoked",
    "box_revoked_mid_look",
    "box_revoked_unacknowledged",
    "clock_confirmed",
    "clock_rebased",
)

# What keeps a box from seeing though its source gives something: from a stream of its own, too.
ODD_SENSES: tuple[str, ...] = ("detector_slow", "pictures_damaged", "readings_odd")
