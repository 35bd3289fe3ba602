"""The limits of certificates and enrolment, of both ends."""

from citybrain.limits import Limit

CERTIFICATE_DAYS = Limit(
    name="certificate_days",
    value=30,
    unit="days",
    reason="a stolen key that nobody missed is of use no longer; a holder is away for weeks",
    fate="expired: it is refused everywhere but where it can be renewed",
)
CERTIFICATE_BACKDATED = Limit(
    name="certificate_backdated",
    value=60,
    unit="minutes",
    reason="the clock of a box may be behind the authority's",
    fate="a box further behind takes its certificate for one of the future, and says so",
)
TOKEN_HOURS = Limit(
    name="join_token_hours",
    value=24 * 7,
    unit="hours",
    reason="a token is made at a desk and used at a crossing some days later",
    fate="refused as expired; make another",
)
CHALLENGE_SECONDS = Limit(
    name="renewal_challenge_seconds",
    value=60,
    unit="s",
    reason="the answer comes within a round trip",
    fate="refused as stale; the holder asks for another",
)
REQUEST_BYTES = Limit(
    name="enrolment_request_bytes",
    value=16 * 1024,
    unit="bytes",
    reason="a certificate request takes 500",
    fate="the connection is answered 413 and closed",
)
ANSWER_BYTES = Limit(
    name="enrolment_answer_bytes",
    value=8 * 1024 * 1024,
    unit="bytes",
    reason="a list of 100,000 revoked certificates",
    fate="the answer is taken for none of ours",
)
CONNECTIONS = Limit(
    name="enrolment_connections",
    value=256,
    unit="connections",
    reason="each lasts milliseconds and takes 100 KiB",
    fate="closed before the handshake; the box tries again",
)
CONNECTIONS_OF_ADDRESS = Limit(
    name="enrolment_connections_of_address",
    value=16,
    unit="connections",
    reason="the boxes behind one router, all at once after a power cut",
    fate="closed before the handshake; the box tries again",
)
CONNECTION_SECONDS = Limit(
    name="enrolment_connection_seconds",
    value=10,
    unit="s",
    reason="handshake, request and answer take three round trips",
    fate="the connection is closed",
)
WRONG_TOKENS = Limit(
    name="enrolment_wrong_tokens",
    value=10,
    unit="an address in 5 minutes",
    reason="a person mistypes twice; guessing 128 bits needs more",
    fate="429 for that address until the 5 minutes are over",
)
WRONG_TOKEN_ADDRESSES = Limit(
    name="enrolment_wrong_token_addresses",
    value=1_000,
    unit="addresses",
    reason="bounds what strangers can make the port remember",
    fate="the address whose last wrong token is oldest is forgotten",
)
NAMES = Limit(
    name="ca_names",
    value=100_000,
    unit="names",
    reason="a city of 22 districts with 1,000 boxes and 3,000 people each",
    fate="joining is refused as full; renewing goes on",
)
OPEN_TOKENS = Limit(
    name="ca_open_tokens",
    value=5_000,
    unit="tokens",
    reason="an installation campaign's worth; each is one name",
    fate="another is refused until some are used, withdrawn or expired",
)
KEPT_DAYS = Limit(
    name="ca_kept_days",
    value=365,
    unit="days",
    reason="who had which certificate is asked for months later",
    fate="an expired certificate that is not its name's newest is forgotten, and so is a token",
)
PROVED_CHAINS = Limit(
    name="proved_chains",
    value=2_000,
    unit="certificates of boxes",
    reason="one for each box of a district: each is followed to the root once",
    fate="the one that was seen first is followed anew",
)
