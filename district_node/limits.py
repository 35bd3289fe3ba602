"""The district's bounds: value, unit, reason, fate."""

from citybrain.limits import Limit

INCARNATIONS = Limit(
    name="incarnations",
    value=64,
    unit="outboxes of one agent",
    reason="an outbox is made anew after a disk loss, not every day",
    fate="the one that was believed longest ago is forgotten: it sends nothing any more",
)
NEW_OUTBOXES = Limit(
    name="new_outboxes",
    value=4,
    unit="outboxes of one agent that follow another within a day",
    reason="a worn card is replaced once; a box that is new again and again is broken, or two boxes"
    " share one identity",
    fate="a further one waits until an operator allows it, and the screens say so",
)
SENDER_RANGES = Limit(
    name="sender_ranges",
    value=8_192,
    unit="ranges of one outbox above its contiguous numbers",
    reason="as many as an acknowledgement carries: what is beyond could not be acknowledged",
    fate="an item that would make one more is not taken; its sender sends it again",
)
SENDER_RETENTION = Limit(
    name="sender_retention",
    value=90 * 86_400,
    unit="s",
    reason="a box that is mended or stored comes back within a season",
    fate="an outbox that was replaced, or a box that is offline and has no case, is forgotten:"
    " where it comes back, what it had sent before counts as a gap; what a person forgets earlier"
    " leaves its numbers for so long, and counts once",
)
LAST_SEEN_STEP = Limit(
    name="last_seen_step",
    value=3_600,
    unit="s",
    reason="when a sender was last seen decides over months; each change of it costs state",
    fate="a later item within it is not noted",
)
AGENTS = Limit(
    name="agents",
    value=2_000,
    unit="boxes of one district",
    reason="a district's boxes, generously; whoever may publish on the broker must not fill the "
    "node's memory with names",
    fate="one that is known by its presence alone, or was forgotten, makes room; where each other"
    " one sent something, a further one is not acknowledged, and the quarantine says so",
)
SOURCES = Limit(
    name="sources",
    value=1_024,
    unit="cameras and sensors of one box",
    reason="as many as a health message may name",
    fate="others are not followed",
)
CONTRIBUTIONS = Limit(
    name="contributions",
    value=64,
    unit="episodes of one incident",
    reason="a screen cannot show more",
    fate="the oldest quarter is dropped, ended ones first; counts stay",
)
REPORT_TEXT = Limit(
    name="report_text",
    value=4_000,
    unit="characters of a report's text",
    reason="a person reads it while others wait; two pages are enough",
    fate="it is cut, and says by how much",
)
REPORT_LINE = Limit(
    name="report_line",
    value=200,
    unit="characters of a name, contact or number in a report",
    reason="one line of a screen",
    fate="it is cut, and says by how much",
)
REPORT_LINK = Limit(
    name="report_link",
    value=2_000,
    unit="characters of the address of a foreign case",
    reason="what browsers and the public API take",
    fate="it is left out: a part of an address leads elsewhere",
)
OPEN_OF_PROGRAM = Limit(
    name="open_of_program",
    value=500,
    unit="open incidents that began with a report of one program",
    reason="people look at each of them; a hotline has hundreds open in a storm, and one program"
    " must not fill the queue of a district",
    fate="a report that would begin a further one is refused (too_many_open) until one has ended,"
    " the last fifth except for Severe and Extreme; what joins or describes anew is taken",
)
OPEN_OF_PROGRAMS = Limit(
    name="open_of_programs",
    value=2_000,
    unit="open incidents that began with a report of any program",
    reason="a program that gives itself another name each time must not fill it either",
    fate="as of one program",
)
HISTORY = Limit(
    name="history",
    value=60,
    unit="lines of one incident",
    reason="a screen; the journal has all",
    fate="lines of one kind become one that says how many there were, from when to when",
)
ENDED_INCIDENT_RETENTION = Limit(
    name="ended_incident_retention",
    value=3600,
    unit="s",
    reason="an operator looks back over the hour",
    fate="it leaves the state; the journal keeps it",
)
ENDED_INCIDENT_RETENTION_MAX = Limit(
    name="ended_incident_retention_max",
    value=86_400,
    unit="s",
    reason="its camera may not have sent the END event yet",
    fate="it leaves even while its condition goes on",
)
EARLY_ENDS = Limit(
    name="early_ends",
    value=200,
    unit="episodes of one agent whose end came before their start",
    reason="an outbox sends the most severe first: an end overtakes its start by a batch or two",
    fate="the oldest is forgotten, counted and logged: should its start come after all, a case"
    " opens and its camera is asked",
)
ORDER_ANSWER_RETENTION = Limit(
    name="order_answer_retention",
    value=86_400,
    unit="s",
    reason="a letter about an ended order may be a day late",
    fate="its answers and tombstones are dropped",
)
IDEMPOTENCY_REQUESTS = Limit(
    name="idempotency_requests",
    value=4_000,
    unit="requests",
    reason="a device repeats within minutes",
    fate="the oldest half is dropped; a repeat would be decided anew",
)
DISPATCH_SLOTS = Limit(
    name="dispatch_slots",
    value=200,
    unit="open slots",
    reason="200 x 100 units is assigned in a millisecond",
    fate="others wait for the next round",
)
VERIFICATION_ATTEMPTS = Limit(
    name="verification_attempts",
    value=3,
    unit="re-observations of one handling",
    reason="a flickering scene must not ask for ever",
    fate="a person decides",
)
POSITION_EVERY = Limit(
    name="position_every",
    value=5,
    unit="s",
    reason="no decision depends on where a crew is on its way",
    fate="positions in between are shown but not journaled",
)
POSITION_AGE_STEP = Limit(
    name="position_age_step",
    value=30,
    unit="s",
    reason="a unit that stands still is no news, and screens show the age of a position in minutes",
    fate="a further report from the same place is shown as the one before",
)
COURSE_STEP = Limit(
    name="course_step",
    value=15,
    unit="m",
    reason="a phone that lies still under the open sky wanders by some metres",
    fate="a shorter stretch says nothing of where a unit heads",
)
COURSE_AGE = Limit(
    name="course_age",
    value=120,
    unit="s",
    reason="whoever stands for longer may have turned",
    fate="a unit that made no stretch within it has no heading",
)
POSITION_TOP_SPEED = Limit(
    name="position_top_speed",
    value=70,
    unit="m/s",
    reason="250 km/h: no crew on the ground is faster; a unit that is configured faster is",
    fate="a position that is further is shown as doubtful; plans go on with the last believed one",
)
POSITION_ERROR = Limit(
    name="position_error",
    value=3_000,
    unit="m",
    reason="a phone without a view of the sky is located by its mast, up to some kilometres off",
    fate="as above its top speed",
)
POSITION_REACH_TIME = Limit(
    name="position_reach_time",
    value=3_600,
    unit="s",
    reason="a crew that was silent for longer may be anywhere in its region, and no further",
    fate="more time than that does not count",
)
POSITION_FIRST_REACH = Limit(
    name="position_first_reach",
    value=30_000,
    unit="m from the configured place",
    reason="a crew begins its shift in its district; nobody knows when it was at its station",
    fate="a first position that is further is shown as doubtful, as one out of reach is",
)
POSITION_FIX_EVERY = Limit(
    name="position_fix_every",
    value=60,
    unit="s",
    reason="reach is reckoned from one place for that long, so that small steps do not add up",
    fate="the place that is believed then takes its place",
)
POSITION_HELD = Limit(
    name="position_held",
    value=180,
    unit="s",
    reason="a mistake of a phone or of its network is over within a minute or two",
    fate="doubtful positions that agree with one another for longer are believed",
)
POSITION_HELD_REPORTS = Limit(
    name="position_held_reports",
    value=6,
    unit="reports",
    reason="two that lie some minutes apart show nothing in between",
    fate="with fewer the doubt stays, however long",
)
EVENT_REACH = Limit(
    name="event_reach",
    value=60_000,
    unit="m from the district's centre and from each unit's station",
    reason="the widest districts are some tens of kilometres across",
    fate="a case that boxes alone place further away waits for a person, and nobody is sent",
)
CLAIM_RETRY = Limit(
    name="claim_retry",
    value=10,
    unit="s",
    reason="an own unit may become free that could serve the slot of a claim that is over",
    fate="it is tried again",
)
QUARANTINE_BYTES = Limit(
    name="quarantine_bytes",
    value=64 * 1024,
    unit="bytes kept of a quarantined message",
    reason="enough to see what it was",
    fate="the rest is cut",
)
SKEW_STEP = Limit(
    name="skew_step",
    value=1,
    unit="s",
    reason="a message takes less, and no deadline is so short",
    fate="a sender whose clock is off by less counts as right",
)
SKEW_EVERY = Limit(
    name="skew_every",
    value=10,
    unit="s",
    reason="a sender whose clock jumps to and fro must not fill the journal",
    fate="a change in between is journaled with the next message after it",
)
SKEW_DOUBT = Limit(
    name="skew_doubt",
    value=2,
    unit="s",
    reason="what a skew may be off by: its step, and the way of a message",
    fate="an observation that may be later than a closing counts as later",
)
STATUS_AGENTS = Limit(
    name="status_agents",
    value=2_000,
    unit="agents shown",
    reason="a district's boxes, generously",
    fate="one that never sent an item makes room; where there is none, others are not shown",
)
FEED_REFRESH = Limit(
    name="feed_refresh",
    value=50,
    unit="ms",
    reason="looking for changes takes a millisecond in 10,000 incidents",
    fate="changes in between are found together",
)
INGRESS_BYTES = Limit(
    name="ingress_bytes",
    value=64 * 1024 * 1024,
    unit="bytes of agents' messages that wait to be decoded",
    reason="a box that was away sends its whole outbox, 64 MiB, faster than it is journaled",
    fate="a message of a sender that has as much waiting as there is room left is dropped"
    " (queue_full): its outbox sends it again",
)
INGRESS_URGENT_BYTES = Limit(
    name="ingress_urgent_bytes",
    value=8 * 1024 * 1024,
    unit="bytes of live alarms and hellos that wait to be decoded",
    reason="ten thousand alarms, in a reserve of their own",
    fate="what has no room there waits with the rest",
)
INGRESS_OWN_BYTES = Limit(
    name="ingress_own_bytes",
    value=32 * 1024,
    unit="bytes of each sender, beyond what all have together",
    reason="a batch of fifty events; where hundreds flood, another's messages still find room",
    fate="a sender with as much waiting gets what is left of ingress_bytes",
)
INGRESS_BURST = Limit(
    name="ingress_burst",
    value=64 * 1024 * 1024,
    unit="bytes of one sender at once",
    reason="a full outbox; 74,044 events, of the longest outage tried, take 33 MB",
    fate="further ones come in at ingress_rate; beyond it they are dropped (over_rate), and its"
    " outbox sends them again",
)
INGRESS_RATE = Limit(
    name="ingress_rate",
    value=16 * 1024 * 1024,
    unit="bytes a minute of one sender, after a burst",
    reason="thirty times what sixteen cameras report; the journal grows by no more for a sender",
    fate="as of ingress_burst",
)
INGRESS_URGENT_BURST = Limit(
    name="ingress_urgent_burst",
    value=1024 * 1024,
    unit="bytes of one sender's live alarms and hellos at once",
    reason="a thousand alarms; whoever calls everything an alarm must not come first for ever",
    fate="further ones wait with the rest",
)
INGRESS_URGENT_RATE = Limit(
    name="ingress_urgent_rate",
    value=1024 * 1024,
    unit="bytes a minute of one sender's live alarms and hellos, after a burst",
    reason="twenty alarms a second",
    fate="further ones wait with the rest",
)
NEWCOMER_TIME = Limit(
    name="newcomer_time",
    value=600,
    unit="s",
    reason="in lab mode names can be made up without end; whoever floods under hundreds of them"
    " does so at once, and a box that is set up works for years",
    fate="for so long a name that no certificate proves shares one place with all others of its"
    " kind: one share of what is decoded, and no acknowledgement before others",
)
NEW_NAMES = Limit(
    name="new_names",
    value=60,
    unit="names a minute that lab mode enrols",
    reason="a desk has a handful of boxes; made-up names must not take the places of a district's"
    " boxes",
    fate="a further one is not answered; its outbox sends again, and is taken a minute later",
)
INGRESS_AHEAD = Limit(
    name="ingress_ahead",
    value=2 * 1024 * 1024,
    unit="bytes handed to the journal's queue before its next commit",
    reason="journaled in some 200 ms, which an alarm or a click that comes then waits; half of it"
    " costs ingest a twentieth, for a disk's flush is the price of each group",
    fate="the rest waits with its own sender; on a machine that takes longer, as much of it as it"
    " journals in 200 ms",
)
INGRESS_LIMITED = Limit(
    name="ingress_limited",
    value=60,
    unit="s",
    reason="whoever is limited sends again within a minute, and a page should not flicker",
    fate="after so long without a dropped message nobody counts as limited",
)
BROKER_KEEPALIVE = Limit(
    name="broker_keepalive",
    value=30,
    unit="s",
    reason="a district that is busy, or a machine that is, must not be thrown off for it; whether"
    " the broker serves it is proved by its own messages",
    fate="without a packet for half as long again the broker ends the connection; the district"
    " connects anew",
)
BROKER_AWAY = Limit(
    name="broker_away",
    value=10,
    unit="s without a connection to the broker",
    reason="a broker that is started again, or a reconnect, takes less",
    fate="the district is not ready and says so; it goes on trying, and boxes store what they"
    " report",
)
