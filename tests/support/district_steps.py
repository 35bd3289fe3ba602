"""Everything that can happen to a district, as steps of random sequences."""

from attached_pictures import a_picture
from crew_messages import reply_of, written_elsewhere
from hypothesis import strategies as st
from principals import CREW, OPERATOR

from citybrain.clock import later
from citybrain.domain.console import UnitVerb
from citybrain.vocabulary import (
    CrewAction,
    OperatorVerb,
    OrderStage,
    OrderStep,
    Phase,
    RefusalClass,
    Severity,
    VerificationVerdict,
)

UNITS = ("riverside-1", "riverside-2")
ORDERS = ("o-1", "o-2", "o-3")
ACTIONS = tuple(a for a in CrewAction if a is not CrewAction.UNKNOWN)
CLASSES = (None, *RefusalClass)
VERBS = tuple(v for v in OperatorVerb if v is not OperatorVerb.UNKNOWN)

orders = st.sampled_from(ORDERS)
units = st.sampled_from(UNITS)
STEPS = st.one_of(
    st.tuples(
        st.just("step"),
        st.sampled_from([s for s in OrderStep if s is not OrderStep.UNKNOWN]),
        orders,
        units,
        st.integers(1, 3),
        st.booleans(),
    ),
    st.tuples(
        st.just("press"), units, st.sampled_from(ACTIONS), st.booleans(), st.sampled_from(CLASSES)
    ),
    st.tuples(
        st.just("event"),
        st.integers(1, 3),
        st.sampled_from([Phase.START, Phase.UPDATE, Phase.END]),
        st.sampled_from(["cam-1", "cam-2"]),
    ),
    st.tuples(
        st.just("verdict"), st.sampled_from([VerificationVerdict.CLEAR, VerificationVerdict.STILL])
    ),
    st.tuples(
        st.just("progress"),
        orders,
        st.sampled_from([s for s in OrderStage if s is not OrderStage.UNKNOWN]),
    ),
    st.tuples(st.just("say"), units, st.sampled_from(list(UnitVerb)), st.booleans()),
    st.tuples(
        st.just("act"), st.sampled_from(VERBS), units, st.sampled_from(["", "preempt", "next"])
    ),
    st.tuples(st.just("reply"), units, st.sampled_from(["", "yes"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 11, 61, 400, 4000])),
    st.tuples(st.just("crash")),
)


def incident_names(scenario):
    """In order."""
    return sorted(scenario.state.incidents.keys())


def _said(scenario, verb, *, is_first):
    """What else an action of casework has: one of two."""
    match verb:
        case OperatorVerb.NOTE | OperatorVerb.MESSAGE:
            return {"text": "words"}
        case OperatorVerb.RECLASSIFY:
            return {"kind": "waterlogging" if is_first else "loitering"}
        case OperatorVerb.RELOCATE:
            return {"place": scenario.near(900 if is_first else 20)}
        case OperatorVerb.SET_SEVERITY:
            return {"severity": Severity.EXTREME if is_first else Severity.MINOR}
        case OperatorVerb.GIVE:
            return {"person": "Chen Bo"}
        case OperatorVerb.ATTACH:
            return {"upload": a_picture("a" if is_first else "b")}
        case OperatorVerb.REDACT:
            files = [f for i in scenario.state.incidents.values() for f in i.case_file.attachments]
            return {"attachment": files[0 if is_first else -1].attachment} if files else {}
        case _:
            return {}


def carry_out(scenario, step):
    """Do `step` in a `DistrictScenario`."""
    match step:
        case ("step", asked, order, unit, version, is_near):
            names = incident_names(scenario)
            where = (
                {"incident": names[-1], "incident_district": "riverside"}
                if is_near and names
                else {"incident": "inc-far-1", "incident_district": "oldtown"}
            )
            if asked is OrderStep.MESSAGE:
                said = where | {"order": order, "unit": unit}
                where["message"] = written_elsewhere(message=f"m-{version}", **said)
            scenario.request_step(asked, order, unit=unit, version=version, ttl_s=10, **where)
        case ("reply", unit, text):
            if scenario.state.messages.get(unit):
                reply_of(scenario, unit, text)
        case ("press", unit, action, is_current, reason_class):
            assignment_number = scenario.unit(unit).assignment_number
            scenario.press(
                unit,
                action,
                assignment_number=assignment_number
                if is_current
                else max(0, assignment_number - 1),
                reason="reason",
                reason_class=reason_class,
            )
        case ("event", number, phase, source):
            scenario.send_event(episode=f"e{number}", phase=phase, source=source)
        case ("verdict", verdict):
            for name in incident_names(scenario):
                if scenario.incident(name).verification is not None:
                    scenario.report_verification(verdict, scenario.incident(name))
        case ("progress", order, stage):
            if len(incident_names(scenario)) == 1:
                scenario.relay_progress(stage, order=order)
        case ("say", unit, verb, is_for_a_time):
            until = later(scenario.clock.now(), 30) if is_for_a_time else None
            by = OPERATOR if verb is UnitVerb.RELEASE else CREW
            scenario.say(unit, verb, by=by, reason="reason", until=until)
        case ("act", verb, unit, how):
            for name in incident_names(scenario)[-1:]:
                said = _said(scenario, verb, is_first=unit == UNITS[0])
                said |= {"incident": name, "reason": "reason", "unit": unit}
                scenario.act(verb, preempt=how == "preempt", next=how == "next", **said)
        case ("wait", seconds):
            scenario.wait(seconds)
        case ("crash",):
            scenario.crash()
