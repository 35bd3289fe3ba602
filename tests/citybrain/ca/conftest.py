"""An authority at a time of the test's own, and what asks it."""

import pytest
from authority_rig import CITY, open_authority

from citybrain.ca.enrolment import Enrolment
from citybrain.clock import ManualClock
from citybrain.enrolment.keys import new_key, request_text, sign
from citybrain.enrolment.messages import (
    CertificateAsked,
    ChallengeAsked,
    RenewalAsked,
    signed_text,
)
from citybrain.identity.name import parse_short
from citybrain.random_ids import RandomIds


class Desk:
    """An authority, and the questions of boxes without a network between."""

    def __init__(self, folder, clock):
        self.clock = clock
        self.authority = open_authority(folder, clock)
        self.enrolment = Enrolment(self.authority, ids=RandomIds())
        self.address = "10.0.0.7"

    def name(self, short):
        return parse_short(CITY, short)

    def token(self, short="box/box-a1", **options):
        return self.authority.new_token(self.name(short), **options)

    def join(self, token, key=None, request=None):
        key = key or new_key()
        asked = CertificateAsked(
            secret=token.secret, request=request or request_text(key, token.name)
        )
        return self.ask(asked)

    def renew(self, serial, key, *, wait_s=0.0, challenge=None):
        given = self.ask(ChallengeAsked(serial=serial))
        if not hasattr(given, "challenge"):
            return given
        challenge = challenge or given.challenge
        self.clock.advance(wait_s)
        signature = sign(key, signed_text(serial, challenge))
        return self.ask(RenewalAsked(serial=serial, challenge=challenge, signature=signature))

    def ask(self, asked):
        return self.enrolment.answer(asked, address=self.address)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def desk(tmp_path, clock):
    opened = Desk(tmp_path / "ca", clock)
    yield opened
    opened.authority.close()
