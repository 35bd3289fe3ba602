"""What the public API shows of which case something is: why it joined, how it is named in a split,
what it was merged into; and a case that is merged over it.
"""

import asyncio

from served_district import HERE, ServedDistrict

from citybrain.api.resources.action import operator_action_of
from citybrain.api.v1 import action_pb2
from citybrain.domain.principal import Role, unauthenticated
from citybrain.geo import Point

OPERATOR = unauthenticated("Li Na", Role.OPERATOR)


def test_a_merge_over_the_api_shows_what_joined_and_why():
    async def go():
        async with asyncio.timeout(60), ServedDistrict() as district:
            await district.events(2)
            beside = Point(lat=HERE.lat + 0.0041, lon=HERE.lon)
            await district.events(1, place=beside, incident_kind="loitering")
            one, other = district.loop.state.incidents
            incidents = district.api.lists["incidents"]

            def detail(name):
                return incidents.detail(incidents.items()[name], district.clock.now())

            began, joined = detail(other).contributions
            assert not began.HasField("joined_by")
            assert (joined.joined_by.by, joined.joined_by.family) == ("near", "obstruction")
            assert 10 < joined.joined_by.distance_m < 13
            message = action_pb2.Action(
                request_id="r-1", incident=one, verb="merge", actor="Li Na", other=other
            )
            outcome = await district.api.act(operator_action_of(message), OPERATOR)
            assert outcome.done
            assert detail(one).incident.merged_into == other
            named = {line.id: line.joined_by.person for line in detail(other).contributions}
            assert len(named) == 3
            assert sorted(named.values()) == ["", "", "Li Na"]

    asyncio.run(go())
