"""A value beyond its threshold, with hysteresis."""


def test_it_starts_above_and_ends_only_below_the_lower_mark(scene):
    s = scene("sensor_threshold", above=1.2, below=1.0, hold_s=2.0, clear_s=2.0)
    for value in (0.9, 1.3, 1.3, 1.3):
        s.read(value)
    assert s.phases == ["start"]
    for value in (1.1, 1.05, 1.1, 1.1):
        s.read(value)
    assert s.phases == ["start"]
    for value in (0.9, 0.9, 0.9):
        s.read(value)
    assert s.phases == ["start", "end"]


def test_a_peak_shorter_than_the_hold_time_is_not_reported(scene):
    s = scene("sensor_threshold", above=1.2, below=1.0, hold_s=2.0)
    for value in (1.3, 1.3, 0.9, 0.9, 1.3, 1.3, 0.9):
        s.read(value)
    assert s.phases == []


def test_a_falling_alarm_is_the_mirror(scene):
    s = scene("sensor_threshold", above=6.0, below=4.0, falling=True)
    for value in (7.0, 5.0, 3.9):
        s.read(value)
    assert s.phases == ["start"]
    for value in (5.0, 5.9, 6.1, 6.1, 6.1):
        s.read(value)
    assert s.phases == ["start", "end"]


def test_a_sensor_is_as_sure_as_can_be(scene):
    s = scene("sensor_threshold", above=1.2, below=1.0)
    s.read(1.5)
    assert s.triggers[0].certainty == "Observed"
    assert s.triggers[0].measurements["value"] == 1.5
