"""What is wrong with whom a district calls, as its tables say it of each other: a name of nobody, a
policy that reaches nobody, a gap. Reads no file.
"""

from collections.abc import Iterable, Iterator

from citybrain.pack.problems import Problems
from district_node.paging.on_call import DAY_MIN, WEEK_MIN, Minutes, gaps
from district_node.paging.policy import NOBODY, PagingSetup, Rota, Step
from district_node.playbook import Playbook

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def check_paging(setup: PagingSetup, playbooks: Iterable[Playbook], problems: Problems) -> None:
    """Adds what would leave somebody uncalled."""
    _check_single(setup, problems)
    _check_rotas(setup, problems)
    _check_policies(setup, problems)
    policies = {policy.policy for policy in setup.policies}
    for playbook in playbooks:
        if playbook.escalates.policy and playbook.escalates.policy not in policies:
            problems.add(
                "",
                "paging.policy",
                f"{playbook.kind} is to call people by the policy"
                f" {playbook.escalates.policy!r}, which is not there: nobody would be called",
                f"Add it, or give the kind another one: [[tune]] kind = {playbook.kind!r}, with"
                ' escalates = {policy = "ID"}.',
            )


def gap_notes(setup: PagingSetup) -> Iterator[str]:
    """A sentence for each rota in whose gaps the supervisor is called."""
    names = {person.person: person.name for person in setup.people}
    for rota in setup.rotas:
        missing = _gaps_text(rota)
        if missing:
            yield (
                f"rota {rota.rota} has nobody on call {missing}; calls in that time go to"
                f" {names.get(setup.supervisor, setup.supervisor)}"
            )


def _check_single(setup: PagingSetup, problems: Problems) -> None:
    names = (
        ("person", [str(person.person) for person in setup.people]),
        ("rota", [str(rota.rota) for rota in setup.rotas]),
        ("policy", [str(policy.policy) for policy in setup.policies]),
    )
    for what, ids in names:
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            problems.add(
                "", f"paging.{what}", f"{name} is there twice", "Give each an id of its own."
            )
    known = {person.person for person in setup.people}
    if setup.supervisor not in (NOBODY, *known):
        _unknown(problems, "paging.supervisor", str(setup.supervisor), known)
    taken: dict[str, str] = {}
    for policy in setup.policies:
        for severity in policy.severities:
            if severity in taken:
                problems.add(
                    "",
                    "paging.policy",
                    f"{taken[severity]} and {policy.policy} are both for {severity} incidents",
                    "Name each severity in one policy.",
                )
            taken.setdefault(severity, policy.policy)


def _check_rotas(setup: PagingSetup, problems: Problems) -> None:
    known = {person.person for person in setup.people}
    for number, rota in enumerate(setup.rotas):
        for name in sorted({name for shift in rota.shifts for name in shift.people} - known):
            _unknown(problems, f"paging.rota[{number}].shift", name, known)
        missing = _gaps_text(rota)
        if missing and setup.supervisor == NOBODY:
            problems.add(
                "",
                f"paging.rota[{number}]",
                f"rota {rota.rota} has nobody on call {missing}, and there is no supervisor to"
                " stand in",
                "Close the gap, or name a `supervisor` under [paging].",
            )


def _check_policies(setup: PagingSetup, problems: Problems) -> None:
    people = {person.person for person in setup.people}
    rotas = {rota.rota for rota in setup.rotas}
    for number, policy in enumerate(setup.policies):
        key = f"paging.policy[{number}]"
        for step in policy.steps:
            for name in sorted(set(step.people) - people):
                _unknown(problems, f"{key}.step", name, people)
            for rota in sorted(set(step.rotas) - rotas):
                _unknown(problems, f"{key}.step", rota, rotas)
            if not _reaches(setup, step):
                problems.add(
                    "",
                    f"{key}.step",
                    f"a step of policy {policy.policy} calls nobody",
                    "Name people or rotas, or roles that one of the people has.",
                )


def _reaches(setup: PagingSetup, step: Step) -> bool:
    roles = {role for person in setup.people for role in person.roles}
    return bool(step.people or step.rotas or not roles.isdisjoint(step.roles))


def _unknown(problems: Problems, key: str, name: str, known: Iterable[str]) -> None:
    there = ", ".join(sorted(known)) or "none yet"
    problems.add("", key, f"{name!r} is not there", f"Add it, or use one of these: {there}.")


def _gaps_text(rota: Rota) -> str:
    return " and ".join(_span_text(gap) for gap in gaps(rota))


def _span_text(span: Minutes) -> str:
    return f"from {_minute_text(span[0])} to {_minute_text(span[1])}"


def _minute_text(minute: int) -> str:
    minute %= WEEK_MIN
    day, minutes = divmod(minute, DAY_MIN)
    return f"{DAY_NAMES[day]} {minutes // 60:02}:{minutes % 60:02}"
