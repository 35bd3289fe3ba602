"""Cards: what is in the project is sound, and a card with problems names them."""

import pytest

from models.card import CARDS, load, names, read
from models.errors import ModelCardError, ModelCardNotFoundError

GOOD = {
    "name": "m",
    "file": "m.onnx",
    "description": "a model",
    "licence": "MIT",
    "sha256": "a" * 64,
    "size": 10,
    "classes": ["person", "car", "truck"],
    "used_classes": ["person", "car"],
    "merged_classes": [["car", "truck"]],
    "input": {"name": "images", "width": 64, "height": 64, "fit": "letterbox"},
    "decoder": {"head": "yolox", "strides": [8], "scores": ["output"]},
    "source": [{"kind": "url", "url": "https://example.org/m.onnx"}],
}


@pytest.mark.parametrize("name", names())
def test_every_card_of_the_project_is_sound(name):
    card = load(name)
    assert card.name == name
    assert card.sources
    assert card.licence in ("Apache-2.0", "MIT", "BSD-3-Clause")
    assert set(card.used_classes) <= set(card.classes)
    assert len(card.sha256) == 64
    assert card.size > 0
    assert 0 < card.decoder.score_min < 1


def test_the_official_release_comes_before_a_file_that_somebody_brings():
    assert [type(source).__name__ for source in load("yolox-nano").sources] == [
        "UrlSource",
        "FileSource",
    ]


def test_a_good_table_becomes_a_card():
    card = read(GOOD, "here")
    assert card.classes == ("person", "car", "truck")
    assert card.input.mean == (0.0, 0.0, 0.0)
    assert card.artifact().sources == card.sources


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"colour": "red"}, r"unknown key\(s\) colour"),
        ({"size": "big"}, "size: "),
        ({"sha256": "abc"}, "not 64 hexadecimal digits; `sha256sum FILE` prints it"),
        (
            {"classes": "coco-81"},
            "`classes` is empty or unknown; give the list of names or one of coco-80",
        ),
        ({"used_classes": ["person", "tram"]}, "name tram, which `classes` does not have"),
        ({"input": {**GOOD["input"], "fit": "crop"}}, r"\[input\]: fit"),
        (
            {
                "decoder": {
                    "head": "gfl",
                    "strides": [8, 16],
                    "scores": ["a"],
                    "boxes": ["b"],
                    "bins": 8,
                }
            },
            r"per stride \(2\)",
        ),
        (
            {"decoder": {"head": "yolox", "strides": [8], "scores": ["a", "b"]}},
            "a yolox head has one output",
        ),
        (
            {"decoder": {"head": "a b"}},
            "'a b'; use yolox, gfl, yolov8, detr, or .*`citybrain plugins list`",
        ),
        ({"decoder": {"head": "yolov8", "strides": [8], "scores": ["a", "b"]}}, "a yolov8 head"),
        ({"decoder": {"head": "detr", "scores": ["a"]}}, "a detr head has one output in `scores`"),
        ({"decoder": {"head": "detr", "activation": "relu"}}, "activation: "),
        ({"input": {**GOOD["input"], "layout": "chw"}}, "layout: "),
        ({"input": {**GOOD["input"], "width": 0}}, "from 1 to 4096 pixels"),
        ({"input": {**GOOD["input"], "std": [1, 0, 1]}}, "has a zero"),
        (
            {"input": {**GOOD["input"], "type": "uint8", "mean": [1, 2, 3]}},
            "takes pixels as they are",
        ),
        ({"decoder": {"head": "yolox", "scores": ["a"]}}, "at least one stride"),
        ({"decoder": {**GOOD["decoder"], "options": {"a": 1}}}, "has no `options`"),
        (
            {"source": [{"kind": "ftp"}]},
            "kind 'ftp' is unknown. Known kinds: url, npm, pip, deb, file, build",
        ),
        ({"source": [{"kind": "url"}]}, "url"),
    ],
)
def test_a_card_with_a_problem_names_it(change, complaint):
    with pytest.raises(ModelCardError, match=complaint):
        read({**GOOD, **change}, "here")


def test_a_card_may_lie_anywhere(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text((CARDS / "tiny.toml").read_text().replace('name = "tiny"', 'name = "mine"'))
    assert load(str(mine)).name == "mine"


def test_a_card_that_is_no_toml_is_named(tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text("name = tiny")
    with pytest.raises(ModelCardError, match=r"broken.toml is no TOML"):
        load(str(broken))


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ModelCardNotFoundError, match=r"Known: .*nanodet-g.*yolox-nano"):
        load("yolo")


def test_a_decoder_of_a_package_reads_of_the_card_what_it_needs():
    decoder = {"head": "acme-corners", "options": {"order": "yxyx"}}
    card = read({**GOOD, "decoder": decoder}, "here")
    assert (card.decoder.head, dict(card.decoder.options)) == ("acme-corners", {"order": "yxyx"})
