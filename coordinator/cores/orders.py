"""The drive of one order through the two-owners protocol: from a drive and what was heard to the drive after it and what to say.

Stricter than the protocol's table in one place: after commit the unit's owner is asked to withdraw *before* the slot is told `claim_cancelled`, so that a slot is
not filled again while its first crew may still be on the way. Only when that owner keeps silent past a deadline the slot is told without it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from citybrain.clock import Timestamp
from citybrain.decider.command import Command
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.ids import DistrictId
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict
from coordinator.cores import letters
from coordinator.cores.drive import Drive, DriveCue, DriveStage, SlotSide, UnitSide, following
from coordinator.policy import Policy

Step = tuple[Drive, tuple[Command, ...]]
AFTER_COMMIT = frozenset({DriveStage.COMMITTED, DriveStage.ISSUED})
RANK: Mapping[OrderStage, int] = {
    OrderStage.PROPOSED: 0,
    OrderStage.RESERVED: 1,
    OrderStage.ISSUED: 2,
    OrderStage.ACCEPTED: 3,
    OrderStage.EN_ROUTE: 4,
    OrderStage.ON_SCENE: 5,
    OrderStage.DONE: 6,
    OrderStage.REFUSED: 6,
    OrderStage.EXPIRED: 6,
    OrderStage.WITHDRAWN: 6,
}
GIVEN_UP = frozenset({OrderStage.REFUSED, OrderStage.EXPIRED, OrderStage.WITHDRAWN})


def propose(drive: Drive, policy: Policy, at: Timestamp) -> Step:
    """Ask both owners at once."""
    return drive, (
        letters.ask(drive, OrderStep.RESERVE, ttl_s=policy.promise_ttl_s),
        letters.ask(drive, OrderStep.CLAIM, ttl_s=policy.promise_ttl_s),
        letters.deadline(drive, at, policy.propose_s),
    )


def answered(
    drive: Drive, sender: DistrictId, answer: OrderAnswer, policy: Policy, at: Timestamp
) -> Step:
    """An owner answered a step. Repeats, answers to steps that are past, and answers of who was not asked change nothing."""
    if answer.step is OrderStep.RELEASE:
        return _released(drive, sender, answer, policy, at)
    hear = _HEAR.get(answer.step)
    if hear is None or sender != letters.owner_of(drive, answer.step):
        return drive, ()
    return hear(drive, answer, policy, at)


def progressed(
    drive: Drive, sender: DistrictId, progress: OrderProgress, policy: Policy, at: Timestamp
) -> Step:
    """The unit's owner says how far the crew is; the incident's owner is told."""
    if sender != drive.unit_district or RANK.get(progress.stage, -1) <= RANK[drive.crew]:
        return drive, ()
    drive = replace(drive, crew=progress.stage)
    told: tuple[Command, ...] = (letters.relay(drive, progress.at, progress.reason),)
    if progress.stage in GIVEN_UP:
        drive, more = _crew_gave_up(drive, progress, policy, at)
    elif progress.stage is OrderStage.DONE:
        drive, more = _finish(drive, at)
    else:
        drive, more = _crew_moves(drive, at)
    return drive, told + more


def overdue(drive: Drive, version: int, policy: Policy, at: Timestamp) -> Step:
    """A deadline passed; one of an older stage is ignored."""
    if version != drive.version:
        return drive, ()
    match drive.stage:
        case DriveStage.PROPOSING:
            silent = drive.unit_side is UnitSide.ASKED
            return abort(
                replace(drive, blames_unit=silent),
                "unit_owner_silent" if silent else "slot_owner_silent",
                at,
            )
        case DriveStage.COMMITTED:
            return withdraw(replace(drive, blames_unit=True), "issue_silent", policy, at)
        case DriveStage.ISSUED if RANK[drive.crew] <= RANK[OrderStage.ISSUED]:
            return withdraw(replace(drive, blames_unit=True), "crew_silent", policy, at)
        case DriveStage.WITHDRAWING:
            return _tell_slot(drive, "unit_silent")
        case _:
            return drive, ()


def unwanted(drive: Drive, reason: str, policy: Policy, at: Timestamp) -> Step:
    """The incident is over, or its slot is no longer ours."""
    if drive.stage is DriveStage.PROPOSING:
        return abort(drive, reason, at)
    if drive.stage in AFTER_COMMIT and not drive.past_recall:
        drive, commands = withdraw(drive, reason, policy, at)
        drive, more = _tell_slot(
            drive, reason
        )  # nobody else will be sent there: no need to wait for the unit's owner
        return drive, commands + more
    return drive, ()


def abort(drive: Drive, reason: str, at: Timestamp) -> Step:
    """Give up before commit: both owners are told to let go."""
    drive = _moved(drive, DriveCue.ABORT, at, reason)
    districts: list[DistrictId] = []
    if drive.unit_side is not UnitSide.OVER:
        districts.append(drive.unit_district)
    if drive.slot_side is not SlotSide.OVER:
        drive = replace(drive, slot_side=SlotSide.LEAVING)
        districts.append(drive.task.incident_district)
    told: tuple[Command, ...] = tuple(
        letters.release(drive, district, reason) for district in sorted(set(districts))
    )
    drive, more = _settled(drive, at)
    return drive, (*told, letters.no_deadline(drive), *more)


def withdraw(drive: Drive, reason: str, policy: Policy, at: Timestamp) -> Step:
    """Call back after commit. A kept order is called back only when its unit has let go of it."""
    if drive.past_recall and drive.unit_side is not UnitSide.OVER:
        return drive, ()
    drive = _moved(drive, DriveCue.WITHDRAW, at, reason)
    if drive.unit_side is not UnitSide.OVER:
        return drive, (
            letters.ask(drive, OrderStep.WITHDRAW, reason=reason),
            letters.deadline(drive, at, policy.withdraw_s),
        )
    drive, told = _tell_slot(drive, reason)
    drive, more = _settled(drive, at)
    return drive, (letters.no_deadline(drive), *told, *more)


def recovered(drive: Drive, policy: Policy, at: Timestamp) -> Step:
    """The city came up again: presumed abort of what was not committed; what was committed and not issued is asked again."""
    if drive.stage is DriveStage.PROPOSING:
        return abort(drive, "restart", at)
    if drive.stage is DriveStage.COMMITTED:
        return drive, (
            letters.ask(drive, OrderStep.ISSUE),
            letters.ask(drive, OrderStep.CLAIM_CONFIRMED),
            letters.deadline(drive, at, policy.issue_s),
        )
    return drive, ()


def asked_again(drive: Drive, district: DistrictId, policy: Policy) -> tuple[Command, ...]:
    """What `district`, whose store went back in time, must hear again: the step that the drive waits for, or that it has let go. Its word is final."""
    reason, asks = drive.reason, []
    if drive.unit_district == district:
        unit_step = {
            DriveStage.PROPOSING: OrderStep.RESERVE,
            DriveStage.ABORTING: OrderStep.RELEASE,
            DriveStage.WITHDRAWING: OrderStep.WITHDRAW,
        }
        asks.append(
            unit_step.get(
                drive.stage,
                OrderStep.ISSUE if drive.unit_side is not UnitSide.OVER else OrderStep.WITHDRAW,
            )
        )
    if drive.task.incident_district == district:
        slot_step = {DriveStage.PROPOSING: OrderStep.CLAIM, DriveStage.ABORTING: OrderStep.RELEASE}
        leaving = (
            OrderStep.CLAIM_CANCELLED
            if drive.slot_side in (SlotSide.LEAVING, SlotSide.OVER)
            else OrderStep.CLAIM_CONFIRMED
        )
        asks.append(slot_step.get(drive.stage, leaving))
    ttl = {OrderStep.RESERVE: policy.promise_ttl_s, OrderStep.CLAIM: policy.promise_ttl_s}
    return tuple(
        letters.release(drive, district, reason)
        if step is OrderStep.RELEASE
        else letters.ask(drive, step, ttl_s=ttl.get(step, 0.0), reason=reason)
        for step in sorted(set(asks))
    )


def _heard_reserve(drive: Drive, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if drive.stage is not DriveStage.PROPOSING or drive.unit_side is not UnitSide.ASKED:
        return drive, ()
    if answer.verdict is OrderVerdict.RESERVED:
        return _committed(replace(drive, unit_side=UnitSide.RESERVED), policy, at)
    return abort(replace(drive, unit_side=UnitSide.OVER, blames_unit=True), _because(answer), at)


def _heard_claim(drive: Drive, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if drive.stage is not DriveStage.PROPOSING or drive.slot_side is not SlotSide.ASKED:
        return drive, ()
    if answer.verdict is OrderVerdict.CLAIMED:
        return _committed(replace(drive, slot_side=SlotSide.CLAIMED), policy, at)
    return abort(replace(drive, slot_side=SlotSide.OVER), _because(answer), at)


def _heard_issue(drive: Drive, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if answer.verdict is OrderVerdict.ISSUED:
        if drive.stage is not DriveStage.COMMITTED:
            return drive, ()
        crew = max(drive.crew, OrderStage.ISSUED, key=lambda stage: RANK[stage])
        drive = replace(_moved(drive, DriveCue.ISSUE, at), unit_side=UnitSide.ISSUED, crew=crew)
        return drive, (letters.deadline(drive, at, policy.accept_s),)
    if drive.unit_side is UnitSide.OVER:
        return drive, ()
    return _unit_let_go(replace(drive, blames_unit=True), _because(answer), policy, at)


def _heard_coming(drive: Drive, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if drive.slot_side in (SlotSide.LEAVING, SlotSide.OVER):
        return drive, ()
    if answer.verdict is OrderVerdict.DONE:
        return replace(drive, slot_side=SlotSide.CLAIM_CONFIRMED), ()
    drive = replace(drive, slot_side=SlotSide.OVER, extra=drive.past_recall)
    return (
        withdraw(drive, _because(answer), policy, at)
        if drive.stage in AFTER_COMMIT
        else _settled(drive, at)
    )


def _heard_withdraw(drive: Drive, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if drive.stage is not DriveStage.WITHDRAWING or drive.unit_side is UnitSide.OVER:
        return drive, ()
    if answer.verdict is OrderVerdict.TOO_LATE:
        return _kept(drive, answer, at)
    return _unit_let_go(drive, drive.reason, policy, at)


def _heard_claim_cancelled(
    drive: Drive, _answer: OrderAnswer, _policy: Policy, at: Timestamp
) -> Step:
    if drive.slot_side is not SlotSide.LEAVING:
        return drive, ()
    return _settled(replace(drive, slot_side=SlotSide.OVER), at)


_HEAR: Mapping[OrderStep, Callable[[Drive, OrderAnswer, Policy, Timestamp], Step]] = {
    OrderStep.RESERVE: _heard_reserve,
    OrderStep.CLAIM: _heard_claim,
    OrderStep.ISSUE: _heard_issue,
    OrderStep.CLAIM_CONFIRMED: _heard_coming,
    OrderStep.WITHDRAW: _heard_withdraw,
    OrderStep.CLAIM_CANCELLED: _heard_claim_cancelled,
}


def _released(
    drive: Drive, sender: DistrictId, answer: OrderAnswer, policy: Policy, at: Timestamp
) -> Step:
    """Let go before the commit. Too late: it was committed after all, by this city before its store went back in time; then it is called back."""
    if (
        drive.stage is DriveStage.WITHDRAWING
        and drive.slot_side is SlotSide.LEAVING
        and sender == drive.task.incident_district
    ):
        return _settled(replace(drive, slot_side=SlotSide.OVER), at)
    if drive.stage is not DriveStage.ABORTING:
        return drive, ()
    if answer.verdict is OrderVerdict.TOO_LATE and sender == drive.unit_district:
        return withdraw(replace(drive, unit_side=UnitSide.ISSUED), drive.reason, policy, at)
    if sender == drive.unit_district:
        drive = replace(drive, unit_side=UnitSide.OVER)
    if sender == drive.task.incident_district:
        drive = replace(drive, slot_side=SlotSide.OVER)
    return _settled(drive, at)


def _committed(drive: Drive, policy: Policy, at: Timestamp) -> Step:
    """Commit, only after both answers."""
    if drive.unit_side is not UnitSide.RESERVED or drive.slot_side is not SlotSide.CLAIMED:
        return drive, ()
    drive = _moved(drive, DriveCue.COMMIT, at)
    return drive, (
        letters.ask(drive, OrderStep.ISSUE),
        letters.ask(drive, OrderStep.CLAIM_CONFIRMED),
        letters.deadline(drive, at, policy.issue_s),
    )


def _crew_moves(drive: Drive, at: Timestamp) -> Step:
    """The crew is on it: the deadline for its acceptance is over. Progress that overtakes the answer to `issue` says the same."""
    if drive.stage is DriveStage.COMMITTED:
        drive = replace(_moved(drive, DriveCue.ISSUE, at), unit_side=UnitSide.ISSUED)
    if drive.stage is not DriveStage.ISSUED or drive.crew is OrderStage.ISSUED:
        return drive, ()
    return drive, (letters.no_deadline(drive),)


def _crew_gave_up(drive: Drive, progress: OrderProgress, policy: Policy, at: Timestamp) -> Step:
    blames = drive.blames_unit or progress.stage is not OrderStage.WITHDRAWN
    reason = progress.reason or progress.stage.value
    if drive.stage is DriveStage.PROPOSING:
        return abort(replace(drive, unit_side=UnitSide.OVER, blames_unit=blames), reason, at)
    return _unit_let_go(replace(drive, blames_unit=blames), reason, policy, at)


def _unit_let_go(drive: Drive, reason: str, policy: Policy, at: Timestamp) -> Step:
    """Nothing of the order lives at the unit's owner any more: the slot is told."""
    drive = replace(drive, unit_side=UnitSide.OVER)
    if drive.stage in AFTER_COMMIT:
        return withdraw(drive, reason, policy, at)
    drive, told = (
        _tell_slot(drive, reason) if drive.stage is DriveStage.WITHDRAWING else (drive, ())
    )
    drive, more = _settled(drive, at)
    return drive, (letters.no_deadline(drive), *told, *more)


def _kept(drive: Drive, answer: OrderAnswer, at: Timestamp) -> Step:
    """Too late to withdraw: the order stands. If its slot was told otherwise the incident's owner learns of the surplus."""
    extra = drive.slot_side in (SlotSide.LEAVING, SlotSide.OVER)
    says = answer.reason.removeprefix("stage:")
    crew = OrderStage(says) if says in list(OrderStage) else drive.crew
    crew = max(drive.crew, crew, key=lambda stage: RANK.get(stage, -1))
    drive = replace(
        _moved(drive, DriveCue.KEEP, at, answer.reason),
        past_recall=True,
        extra=extra,
        unit_side=UnitSide.ISSUED,
        crew=crew,
    )
    told: tuple[Command, ...] = (letters.relay(drive, at, "extra"),) if extra else ()
    drive, more = _finish(drive, at) if crew is OrderStage.DONE else (drive, ())
    return drive, (*told, letters.no_deadline(drive), *more)


def _finish(drive: Drive, at: Timestamp) -> Step:
    if drive.stage not in (*AFTER_COMMIT, DriveStage.WITHDRAWING):
        return drive, ()
    drive = replace(
        _moved(drive, DriveCue.FINISH, at), unit_side=UnitSide.OVER, slot_side=SlotSide.OVER
    )
    return drive, (letters.no_deadline(drive),)


def _tell_slot(drive: Drive, reason: str) -> Step:
    if drive.slot_side in (SlotSide.LEAVING, SlotSide.OVER):
        return drive, ()
    return replace(drive, slot_side=SlotSide.LEAVING), (
        letters.ask(drive, OrderStep.CLAIM_CANCELLED, reason=reason),
    )


def _settled(drive: Drive, at: Timestamp) -> Step:
    """Both owners have let go: the drive is over."""
    if drive.stage not in (DriveStage.ABORTING, DriveStage.WITHDRAWING):
        return drive, ()
    if drive.unit_side is not UnitSide.OVER or drive.slot_side is not SlotSide.OVER:
        return drive, ()
    drive = _moved(drive, DriveCue.SETTLE, at, drive.reason)
    return drive, (letters.no_deadline(drive),)


def _moved(drive: Drive, trigger: DriveCue, at: Timestamp, reason: str = "") -> Drive:
    return replace(
        drive,
        stage=following(drive.stage, trigger),
        version=drive.version + 1,
        since=at,
        reason=reason,
    )


def _because(answer: OrderAnswer) -> str:
    return answer.reason or answer.verdict.value
