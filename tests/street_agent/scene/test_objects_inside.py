"""At least so many objects of some classes inside a zone, for long enough."""

ZONE = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))


def test_objects_are_counted_by_their_foot_point(scene):
    s = scene("objects_inside", zone=ZONE)
    s.show((1, 0.5, 0.7))  # the box covers the zone, the foot is below it
    assert s.conditions[-1].measurements["count"] == 0
    s.show((1, 0.5, 0.55))
    assert s.conditions[-1].measurements["count"] == 1


def test_only_the_configured_classes_count(scene):
    s = scene("objects_inside", zone=ZONE, classes=("person",))
    s.show((1, 0.5, 0.5, "car"))
    assert s.phases == []
    s.show((1, 0.5, 0.5, "car"), (2, 0.45, 0.5, "person"))
    assert s.phases == ["start"]
    assert s.triggers[0].rows.tolist() == [1]


def test_it_starts_after_the_hold_time_and_ends_after_the_clear_time(scene):
    s = scene("objects_inside", zone=ZONE, hold_s=1.0, clear_s=1.0)
    s.show((1, 0.5, 0.5), times=5)
    assert s.phases == []
    s.show((1, 0.5, 0.5))
    assert s.phases == ["start"]
    s.show(times=5)
    assert s.phases == ["start"]
    s.show()
    assert s.phases == ["start", "end"]
    assert s.triggers[0].began_at == s.triggers[1].began_at


def test_fewer_than_at_least_is_no_condition(scene):
    s = scene("objects_inside", zone=ZONE, at_least=3)
    s.show((1, 0.45, 0.5), (2, 0.5, 0.5), times=10)
    assert s.phases == []
    s.show((1, 0.45, 0.5), (2, 0.5, 0.5), (3, 0.55, 0.5))
    assert s.phases == ["start"]
    assert s.triggers[0].measurements["count"] == 3


def test_no_zone_means_the_whole_picture(scene):
    s = scene("objects_inside", zone=())
    s.show((1, 0.01, 0.99))
    assert s.phases == ["start"]


def test_the_bay_of_a_concave_zone_is_outside(scene):
    bay = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.5), (0.0, 1.0))
    s = scene("objects_inside", zone=bay)
    s.show((1, 0.5, 0.9))
    assert s.conditions[-1].measurements["count"] == 0
    s.show((1, 0.9, 0.8))
    assert s.conditions[-1].measurements["count"] == 1


def test_certainty_comes_from_the_weakest_box_that_is_needed(scene):
    s = scene("objects_inside", zone=(), at_least=1)
    s.show((1, 0.5, 0.5), score=0.55)
    assert s.triggers[0].certainty == "Likely"
    weak = scene("objects_inside", zone=(), at_least=1)
    weak.show((1, 0.5, 0.5), score=0.3)
    assert weak.triggers[0].certainty == "Possible"
    long = scene("objects_inside", zone=(), hold_s=2.0)
    long.show((1, 0.5, 0.5), score=0.7, times=11)
    assert long.triggers[0].certainty == "Observed"
