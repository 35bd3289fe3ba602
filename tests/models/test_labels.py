"""Class lists by name."""

from models.labels import LABELS


def test_coco_has_eighty_different_classes_and_the_street_among_them():
    names = LABELS["coco-80"]
    assert len(names) == len(set(names)) == 80
    assert [
        names.index(n)
        for n in ("person", "bicycle", "car", "motorcycle", "bus", "truck", "toothbrush")
    ] == [0, 1, 2, 3, 5, 7, 79]
