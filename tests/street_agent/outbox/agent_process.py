"""A process to be killed: an agent that puts events, and a district that takes them into a file
before it acknowledges. Not a test.

Every line on stdout is a promise: `put N` - the numbers up to N are in the outbox. The district's
file holds one taken number a line.
"""

import os
import sys
from pathlib import Path

from citybrain.ack_ranges import AckRanges
from citybrain.domain.event import Event
from citybrain.geo import Point
from citybrain.ids import EpisodeId, RuleId, SourceId
from citybrain.kinds import LOITERING
from citybrain.random_ids import RandomIds
from citybrain.vocabulary import Certainty, IncidentKind, Phase, Severity, Urgency
from street_agent.outbox.sender import OutboxSender
from street_agent.outbox.sqlite import SqliteOutbox


class District:
    """Takes a message at a time, and only every other one, so that holes and repeats are usual."""

    def __init__(self, path: Path) -> None:
        self.ack_ranges = (
            AckRanges().add_all(int(line) for line in path.read_text().split())
            if path.exists()
            else AckRanges()
        )
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._messages = 0

    def take(self, items) -> bool:
        self._messages += 1
        if self._messages % 2:
            return True  # taken by the broker, lost on the way
        for item in items:
            self.ack_ranges, is_new = self.ack_ranges.take(item)
            if is_new:
                os.write(self._file, b"%d\n" % item.seq)
        return True


def event(number: int) -> Event:
    return Event(
        episode=EpisodeId(f"e-{number}"),
        kind=LOITERING,
        phase=Phase.START,
        source=SourceId("cam"),
        rule=RuleId("r"),
        incident_kind=IncidentKind("loitering"),
        place=Point(lat=30.6, lon=104.0),
        severity=Severity.SEVERE if number % 5 == 0 else Severity.MINOR,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=0,
        error_ms=1.0,
        measurements={},
        traceparent="",
    )


def main(folder: Path, rounds: int) -> None:
    """`rounds` 0: for ever, to be killed. Otherwise no new events: drain and end."""
    outbox = SqliteOutbox.open(folder / "outbox.db", ids=RandomIds(), cap_bytes=64 * 1024 * 1024)
    district = District(folder / "taken.txt")
    sender = OutboxSender(outbox, district.take)
    now, number = 0, 0
    print(f"put {outbox.stats().next_seq - 1}", flush=True)
    while not rounds or number < rounds:
        number += 1
        now += 1_000_000
        if number % 10 == 1:
            sender.on_connected()
        if not rounds:
            seqs = outbox.put([event(number + extra) for extra in range(1 + number % 12)])
            print(f"put {seqs[-1]}", flush=True)
        sender.step(now, 0)
        sender.on_ack(district.ack_ranges.ack(outbox.incarnation), now)
    print(f"left {outbox.stats().rows}", flush=True)
    outbox.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
