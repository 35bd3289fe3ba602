"""What was refused: each is counted, and a flood of one reason is a line every few seconds."""

from citybrain.web import limits
from citybrain.web.admission.refusals import WORDS, Refusal, Refusals


def test_each_is_counted_and_a_flood_is_logged_once_in_a_while(caplog):
    counted = []
    refusals = Refusals(counted.append)
    for n in range(100):
        refusals.add(Refusal.HEAD_LATE, "10.0.0.1", now_s=n * 0.01)
    refusals.add(Refusal.FOREIGN_HOST, "10.0.0.2", now_s=1.0, detail="evil\n\u202eexample")
    refusals.add(Refusal.HEAD_LATE, "10.0.0.3", now_s=1.0 + limits.REFUSAL_LOG.value)
    assert counted == ["head_late"] * 100 + ["foreign_host", "head_late"]
    first, foreign, later = (record.getMessage() for record in caplog.records)
    assert "10.0.0.1 (head_late)" in first
    assert "'evil\\n\\u202eexample'" in foreign
    assert "10.0.0.3 (head_late)" in later and "99 more" in later


def test_every_reason_has_words():
    assert set(WORDS) == set(Refusal)
