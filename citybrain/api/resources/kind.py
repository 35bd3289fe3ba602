"""Kinds of incidents, as their playbooks have them."""

from collections.abc import Iterable

from citybrain.api.v1 import kind_pb2 as pb
from citybrain.vocabulary import Capability, IncidentKind


def kind_message(
    *,
    kind: IncidentKind,
    title_en: str,
    title_zh: str,
    needs: Iterable[pb.Need],
    clocks: pb.KindClocks,
) -> pb.Kind:
    return pb.Kind(id=kind, title_en=title_en, title_zh=title_zh, needs=needs, clocks=clocks)


def need_message(*, capability: Capability, quantity: int, within_s: float) -> pb.Need:
    return pb.Need(capability=capability, quantity=quantity, within_s=within_s)


def clocks_message(
    *,
    dispatch_s: float,
    arrive_s: float,
    handle_s: float,
    verify_s: float,
    working: Iterable[pb.WorkingClock] = (),
) -> pb.KindClocks:
    return pb.KindClocks(
        dispatch_s=dispatch_s,
        arrive_s=arrive_s,
        handle_s=handle_s,
        verify_s=verify_s,
        working=working,
    )


def working_clock_message(*, name: str, hours: float, days: int) -> pb.WorkingClock:
    return pb.WorkingClock(name=name, hours=hours, days=days)
