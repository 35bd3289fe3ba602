"""Whom a simulated district calls: a rota with a gap, two people and a supervisor, by a policy
whose steps a run has time for.
"""

from citybrain.domain.page import Channel
from citybrain.vocabulary import Severity
from district_node.paging.policy import (
    PagingSetup,
    Person,
    PersonId,
    Policy,
    PolicyId,
    Rota,
    RotaId,
    Shift,
    Step,
)

LEAD = "supervisor"


PAGING = PagingSetup(
    people=(
        Person(person=PersonId("chen"), name="Chen", channels=(Channel.MAIL,)),
        Person(person=PersonId("li"), name="Li", channels=(Channel.SMS, Channel.MAIL)),
        Person(person=PersonId("wang"), name="Wang", channels=(Channel.WECOM,), roles=(LEAD,)),
    ),
    rotas=(
        # nobody between the shifts: what falls into the gap is the supervisor's
        Rota(
            rota=RotaId("desk"),
            shifts=(Shift(people=(PersonId("chen"), PersonId("li")), ends_min=12 * 60),),
        ),
    ),
    policies=(
        Policy(
            policy=PolicyId("grave"),
            steps=(
                Step(wait_s=10.0, rotas=(RotaId("desk"),)),
                Step(wait_s=20.0, people=(PersonId("li"),)),
                Step(wait_s=20.0, roles=(LEAD,)),
            ),
            severities=(Severity.EXTREME, Severity.SEVERE, Severity.MODERATE),
            repeat=1,
            again_s=20.0,
            city=True,
            forgotten_s=45.0,
        ),
    ),
    supervisor=PersonId("wang"),
)
