"""The labels of transitions: what happens, at which node, to what."""

from enum import StrEnum

Action = tuple[str, ...]  # its kind, the node that it happens at, what it is about


class ActionKind(StrEnum):
    START = "start"
    # a stream between a district and the city
    RESUME = "resume"
    DISCONNECT = "disconnect"
    DETECT_LOSS = "detect_loss"
    DELIVER_UP = "deliver_up"
    DELIVER_DOWN = "deliver_down"
    DUPLICATE_UP = "duplicate_up"
    DUPLICATE_DOWN = "duplicate_down"
    # an unordered network
    HOLD_UP = "hold_up"
    HOLD_DOWN = "hold_down"
    COPY_UP = "copy_up"
    COPY_DOWN = "copy_down"
    DELIVER_HELD_UP = "deliver_held_up"
    DELIVER_HELD_DOWN = "deliver_held_down"
    # a node
    CRASH = "crash"
    FIRE_TIMER = "fire_timer"  # which timer
    DELIVER_PLAN = "deliver_plan"
    # people and sources
    INCIDENT_EVENT = "incident_event"  # number of the incident
    CREW = "crew"  # action, order, unit
    CREW_AGAIN = "crew_again"
    CREW_LATE = "crew_late"
    CREW_READY = "crew_ready"  # unit, which was taken for silent
    OPERATOR = "operator"  # verb, incident, unit


DELIVERIES = (ActionKind.DELIVER_UP, ActionKind.DELIVER_DOWN)
