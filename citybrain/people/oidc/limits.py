"""The limits of signing in at a provider outside."""

from citybrain.limits import Limit

PROVIDER_WAIT = Limit(
    name="oidc_provider_wait",
    value=5,
    unit="s",
    reason="a person waits for it, and a provider answers in a fraction of a second",
    fate="the sign-in is refused as if the provider were away",
)
PROVIDER_BYTES = Limit(
    name="oidc_provider_bytes",
    value=256 * 1024,
    unit="bytes",
    reason="metadata, keys and claims have some kilobytes",
    fate="the answer is not believed",
)
PROVIDER_CALLS = Limit(
    name="oidc_provider_calls",
    value=4,
    unit="calls at once",
    reason="each has a thread",
    fate="a further one waits",
)
PROVIDER_QUEUE = Limit(
    name="oidc_provider_queue",
    value=32,
    unit="calls",
    reason="a shift that signs in together",
    fate="a further one is asked to try again",
)
METADATA_LIFE = Limit(
    name="oidc_metadata_life",
    value=3_600,
    unit="s",
    reason="a provider announces a change of its addresses and keys for longer",
    fate="they are asked for again at the next sign-in",
)
PROVIDER_RETRY = Limit(
    name="oidc_provider_retry",
    value=10,
    unit="s",
    reason="whoever presses the button must not make a node ask a dead provider all the time",
    fate="until then a sign-in is refused without asking",
)
NEW_KEYS = Limit(
    name="oidc_new_keys",
    value=30,
    unit="s",
    reason="a token may name a key that the provider has had since; a made-up one may, too",
    fate="within it the keys are not asked for again",
)
PENDING = Limit(
    name="oidc_pending",
    value=1_000,
    unit="sign-ins",
    reason="those at the provider at this moment",
    fate="a further one ends the oldest of the address that has the most",
)
PENDING_OF_ADDRESS = Limit(
    name="oidc_pending_of_address",
    value=50,
    unit="sign-ins",
    reason="an office behind one address that signs in together",
    fate="a further one ends the oldest of that address",
)
PENDING_LIFE = Limit(
    name="oidc_pending_life",
    value=600,
    unit="s",
    reason="a person types a password and a second factor",
    fate="the sign-in has to be begun again",
)
CLOCK_LEEWAY = Limit(
    name="oidc_clock_leeway",
    value=60,
    unit="s",
    reason="two machines' clocks differ a little",
    fate="a token that is older, or is for later, is refused",
)
FEDERATED_PEOPLE = Limit(
    name="federated_people",
    value=1_000,
    unit="people",
    reason="as many as accounts",
    fate="the one who signed in longest ago is forgotten, and signs in again",
)
SUBJECT_CHARS = Limit(
    name="oidc_subject_chars",
    value=255,
    unit="characters",
    reason="OpenID Connect allows no more",
    fate="the token is refused",
)
