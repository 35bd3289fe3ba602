"""Kinds of incidents, as their playbooks have them."""

from collections.abc import Iterable
from typing import Protocol

from citybrain.api.v1 import kind_pb2 as pb
from citybrain.localized_name import LocalizedName
from citybrain.vocabulary import Capability, IncidentKind


class Texts(Protocol):
    """The texts of a playbook."""

    @property
    def opens(self) -> LocalizedName: ...

    @property
    def time_limit(self) -> LocalizedName: ...

    @property
    def closes(self) -> LocalizedName: ...


def kind_message(
    *,
    kind: IncidentKind,
    title_en: str,
    title_zh: str,
    needs: Iterable[pb.Need],
    clocks: pb.KindClocks,
    grid: str,
    grid_code: str,
    seen_by: str,
    texts: Texts,
) -> pb.Kind:
    return pb.Kind(
        id=kind,
        title_en=title_en,
        title_zh=title_zh,
        needs=needs,
        clocks=clocks,
        grid=grid,
        grid_code=grid_code,
        seen_by=seen_by,
        texts=texts_message(texts),
    )


def texts_message(texts: Texts) -> pb.CaseTexts:
    """What a person reads on a case."""
    return pb.CaseTexts(
        opens_en=texts.opens.en,
        opens_zh=texts.opens.zh,
        time_limit_en=texts.time_limit.en,
        time_limit_zh=texts.time_limit.zh,
        closes_en=texts.closes.en,
        closes_zh=texts.closes.zh,
    )


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
