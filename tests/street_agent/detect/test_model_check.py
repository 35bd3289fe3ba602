"""`citybrain model check`: the card held against the file, in lines that a person reads."""

from street_agent.detect.model_check import grey_frame, report


def test_the_report_lists_inputs_outputs_classes_and_times(use_cache):
    lines = report("tiny", runs=2)
    text = "\n".join(lines)
    assert "in   images [1, 3, 160, 160] tensor(float)" in text
    assert "out  output [1, 1600, 7] tensor(float)" in text
    assert "classes 2, of which for the street: person, car" in text
    assert "grey picture: 0 boxes" in text
    assert "ms model" in text


def test_the_grey_picture_has_the_requested_shape():
    picture = grey_frame().picture
    assert picture.bgr(20, 10).shape == (10, 20, 3)
    assert picture.grey(20, 10).shape == (10, 20)
