"""The limits of what a node believes of its machine's wall clock."""

from citybrain.limits import Limit

CLOCK_STEP = Limit(
    name="clock_step",
    value=10,
    unit="s",
    reason="a time daemon corrects a running machine by less; no deadline is so short",
    fate="the step is held back and shown: a peer, the kernel or a person says what it was",
)
CLOCK_STEP_AT_START = Limit(
    name="clock_step_at_start",
    value=300,
    unit="s",
    reason="a process or machine is restarted within it; a wrong date is further off",
    fate="node time goes on from the journal's last time until the wall clock is proved",
)
PEER_AGREEMENT = Limit(
    name="clock_peer_agreement",
    value=300,
    unit="s",
    reason="as Kerberos: further apart two machines do not share one time",
    fate="the peer proves nothing; it is asked again with its next heartbeat",
)
