"""What a crew's buttons and positions set in motion."""

from citybrain.decider.command import Reply
from citybrain.structs import replace
from district_node.cores.answered import remember, reply_to
from district_node.cores.flows.follow import move_order
from district_node.cores.orders.crew import detail_of, read_answer
from district_node.cores.work import Work
from district_node.inputs import CrewAnswered, CrewPositionReported


def crew_answered(work: Work, answered: CrewAnswered) -> None:
    """Idempotent by request; the answer says by code and sentence why a press did not count."""
    answer = answered.answer
    reply = reply_to(work.answered, answer.request)
    if reply is None:
        trigger, reason = read_answer(work.roster, answer)
        if trigger is not None:
            move_order(work, answer.order, trigger, reason=answer.reason)
        reply = Reply(
            request=answer.request,
            done=trigger is not None,
            reason=reason,
            detail=detail_of(reason),
        )
        work.answered = remember(work.answered, reply)
    work.commands.append(reply)


def crew_position_reported(work: Work, moved: CrewPositionReported) -> None:
    """The latest position wins; one that is older than what is known changes nothing."""
    position = moved.position
    unit = work.roster.units.get(position.unit)
    if unit is None or unit.place == position.place:
        return
    units = work.roster.units.put(unit.unit, replace(unit, place=position.place, at=work.at))
    work.put_roster(replace(work.roster, units=units), unit.unit)
