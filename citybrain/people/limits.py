"""The limits of people's accounts and sessions."""

from citybrain.limits import Limit

ACCOUNTS = Limit(
    name="people_accounts",
    value=1_000,
    unit="accounts",
    reason="a node's operators in all shifts are some dozens",
    fate="no further one is added",
)
TOKENS = Limit(
    name="people_tokens",
    value=200,
    unit="tokens",
    reason="one for each program that reads or reports",
    fate="no further one is made",
)
SESSION_LIFE = Limit(
    name="session_life",
    value=12,
    unit="h",
    reason="a shift and its hand-over",
    fate="the session ends; the person signs in again",
)
SESSION_IDLE = Limit(
    name="session_idle",
    value=30,
    unit="min",
    reason="an open page counts as use, so this is a browser that was closed",
    fate="the session ends; the person signs in again",
)
DEVICE_LIFE = Limit(
    name="device_session_life",
    value=30,
    unit="days",
    reason="a crew's phone changes hands now and then",
    fate="the session ends; an operator makes another link",
)
DEVICE_IDLE = Limit(
    name="device_session_idle",
    value=7,
    unit="days",
    reason="a phone that nobody used for a week may be lost",
    fate="the session ends; an operator makes another link",
)
LINK_LIFE = Limit(
    name="crew_link_life",
    value=24,
    unit="h",
    reason="it is made when the crew comes for it",
    fate="the link opens nothing any more",
)
SIGN_IN_LINK_LIFE = Limit(
    name="sign_in_link_life",
    value=15,
    unit="min",
    reason="it is in the place of a password, and is made when its owner waits for it",
    fate="the link opens nothing any more; the password still does",
)
OWNER_SESSIONS = Limit(
    name="sessions_of_one",
    value=8,
    unit="sessions",
    reason="a desk, a wall, a laptop and a phone, and two that were forgotten",
    fate="a further one ends the one that was not used for longest",
)
SESSIONS = Limit(
    name="sessions",
    value=2_000,
    unit="sessions",
    reason="ten operators and some hundred phones",
    fate="a further one ends the one that was not used for longest",
)
USED_EVERY = Limit(
    name="session_used_every",
    value=60,
    unit="s",
    reason="each note of use is a durable write",
    fate="after a crash a session may look that much less used",
)
REVOKED_WITHIN = Limit(
    name="session_revoked_within",
    value=500,
    unit="ms",
    reason="an open stream is asked so often whether its session stands",
    fate="what ended a session ends its streams so much later",
)
WRONG_PASSWORDS = Limit(
    name="wrong_passwords",
    value=10,
    unit="passwords in 5 min",
    reason="whoever forgot one tries a few; a guesser tries thousands",
    fate="the account, or the address, is not listened to for the rest of the 5 minutes",
)
WRONG_PASSWORD_KEYS = Limit(
    name="wrong_password_keys",
    value=10_000,
    unit="names and addresses each",
    reason="more addresses than a city's office has",
    fate="the one that was wrong longest ago is forgotten",
)
PASSWORD_CHECKS = Limit(
    name="password_checks",
    value=2,
    unit="checks at once",
    reason="one takes 46 MiB and a core for a fifth of a second",
    fate="a further one waits",
)
PASSWORD_QUEUE = Limit(
    name="password_queue",
    value=32,
    unit="checks",
    reason="a shift that signs in together waits for some seconds",
    fate="a further one is asked to try again",
)
PASSWORD_CHARS_MIN = Limit(
    name="password_chars_min",
    value=12,
    unit="characters",
    reason="nothing that can be guessed in 10 trials each 5 minutes",
    fate="a shorter one is refused",
)
PASSWORD_CHARS = Limit(
    name="password_chars",
    value=200,
    unit="characters",
    reason="a sentence is a good password",
    fate="a longer one is refused",
)
NAME_CHARS = Limit(
    name="account_name_chars",
    value=60,
    unit="characters",
    reason="it stands beside every act in a history",
    fate="a longer one is refused",
)
FORM_BYTES = Limit(
    name="sign_in_form_bytes",
    value=4 * 1024,
    unit="bytes",
    reason="a name and a password, percent-encoded",
    fate="413, nothing is read",
)
