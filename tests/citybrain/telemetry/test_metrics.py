"""Metrics whose labels cannot grow, and the endpoint that shows them."""

import pytest

from citybrain.limits import COMMIT_QUEUE
from citybrain.telemetry.commit_loop_metrics import CommitLoopMetrics
from citybrain.telemetry.metrics import CHILDREN_MAX, LABELS, OTHER, MetricsRegistry


@pytest.fixture
def registry():
    return MetricsRegistry()


def test_counters_gauges_and_histograms_are_named_after_the_city(registry):
    registry.counter("events", "Events.", ("severity",)).add(2, "Severe")
    registry.gauge("rows", "Rows.").set(7)
    registry.histogram("commit_seconds", "Commits.", buckets=(0.1, 1)).observe(0.5)
    assert registry.value("events_total", severity="Severe") == 2
    assert registry.value("rows") == 7
    assert registry.value("commit_seconds_bucket", le="0.1") == 0
    assert registry.value("commit_seconds_bucket", le="1.0") == 1
    assert 'citybrain_events_total{severity="Severe"} 2.0' in registry.text()


def test_asking_twice_gives_the_same_metric(registry):
    registry.counter("events", "Events.").add()
    registry.counter("events", "Events.").add()
    assert registry.value("events_total") == 2


def test_two_tiers_in_one_process_do_not_share_metrics():
    one, other = MetricsRegistry(), MetricsRegistry()
    one.counter("events", "Events.").add()
    other.counter("events", "Events.")
    assert (one.value("events_total"), other.value("events_total")) == (1, 0)


@pytest.mark.parametrize("label", ["agent", "camera", "unit", "incident", "request", "id"])
def test_an_id_is_no_label(registry, label):
    assert label not in LABELS
    with pytest.raises(ValueError, match="never ids"):
        registry.counter("events", "Events.", (label,))


def test_values_that_an_outsider_makes_up_are_counted_together(registry):
    counter = registry.counter("quarantined", "Messages.", ("reason",))
    for number in range(10 * CHILDREN_MAX):
        counter.add(1, f"made-up-{number}")
    lines = [
        line
        for line in registry.text().splitlines()
        if line.startswith("citybrain_quarantined_total{")
    ]
    assert len(lines) == CHILDREN_MAX + 1
    assert registry.value("quarantined_total", reason=OTHER) == 9 * CHILDREN_MAX
    assert registry.value("quarantined_total", reason="made-up-0") == 1


def test_the_wrong_number_of_label_values_is_refused(registry):
    counter = registry.counter("events", "Events.", ("severity", "kind"))
    with pytest.raises(ValueError, match="takes 2 label value"):
        counter.add(1, "Severe")


def test_a_limit_shows_its_bound_and_its_use(registry):
    used = [3]
    registry.limit(COMMIT_QUEUE, lambda: used[0])
    assert registry.value("limit_max", limit="commit_queue") == COMMIT_QUEUE.value
    assert registry.value("limit_used", limit="commit_queue") == 3
    used[0] = 9
    assert registry.value("limit_used", limit="commit_queue") == 9


def test_a_commit_thread_is_measured(registry):
    class Watched:
        waiting, seq, divergence = 4, 17, None
        timers_overdue, records_since_checkpoint = 2, 5

    metrics = CommitLoopMetrics(registry)
    metrics.watch(Watched())
    metrics.committed(inputs=3, took_s=0.004)
    metrics.rejected(kind="Pay")
    metrics.refused()
    assert registry.value("journal_records_total") == 3
    assert registry.value("journal_commit_seconds_count") == 1
    assert registry.value("journal_rejected_total", kind="Pay") == 1
    assert registry.value("journal_refused_total") == 1
    assert (
        registry.value("limit_used", limit="commit_queue"),
        registry.value("journal_seq"),
        registry.value("journal_diverged"),
        registry.value("journal_timers_overdue"),
        registry.value("journal_records_since_checkpoint"),
    ) == (4, 17, 0, 2, 5)
