"""A model tried as whoever brings one tries it: drafted, fetched, looked at on a still, measured on
labelled pictures. And what is said of stills and labels that are none.
"""

import json
import re
import tomllib
import xml.etree.ElementTree as ET

import numpy as np
import onnx
import pytest
from model_dress import as_detr, as_yolov8, with_input
from picture_files import write_png
from typer.testing import CliRunner

from models.build_tiny import model as tiny_model
from models.card import load, read
from models.cli import app
from models.fetch import fetch_model
from street_agent.capture.libav.still import open_still
from street_agent.detect.card_draft import draft
from street_agent.detect.labelled_folder import labelled_pictures
from street_agent.detect.model_check import on_labelled, on_still
from street_agent.errors import LabelsError, ModelError, StillError

TINY = load("tiny")
PERSON, CAR = (520, 60, 32, 120), (60, 230, 140, 50)  # left, top, width, height
run = CliRunner(env={"COLUMNS": "200"}).invoke


def street(*blobs, height=360, width=640):
    pixels = np.full((height, width, 3), 50, np.uint8)
    for left, top, wide, high in blobs:
        pixels[top : top + high, left : left + wide] = 255
    return pixels


@pytest.fixture
def still(tmp_path):
    path = tmp_path / "street <1> & more.png"
    write_png(path, street(PERSON, CAR))
    return path


# stills


def test_a_still_is_opened_with_its_own_size_and_colours(tmp_path):
    pixels = street((0, 0, 100, 100))
    pixels[200:, :] = (250, 100, 10)  # blue first
    write_png(tmp_path / "a.png", pixels)
    frame = open_still(tmp_path / "a.png")
    assert (frame.width, frame.height) == (640, 360)
    seen = frame.picture.bgr(640, 360)
    assert np.abs(seen[300, 300].astype(int) - (250, 100, 10)).max() <= 3
    assert np.abs(seen[50, 50].astype(int) - 255).max() <= 3
    assert frame.picture.grey(64, 36).shape == (36, 64)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "there is no picture"), (b"", "no picture"), (b"GIF89a nonsense", "no picture")],
)
def test_what_is_no_picture_is_refused_by_name(content, complaint, tmp_path):
    path = tmp_path / "a.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StillError, match=complaint):
        open_still(path)


def test_boxes_of_a_still_are_listed_and_drawn_over_it(use_cache, still, tmp_path):
    out = tmp_path / "found.svg"
    lines = on_still("tiny", still, out)
    assert lines[0] == f"{still.name}: 640x360, 2 boxes"
    assert re.search(r"person +\d\.\d\d  \d+x\d+ at 5[12]\d,[56]\d$", "\n".join(lines), re.M)
    root = ET.fromstring(out.read_text(encoding="utf-8"))
    tags = [one.tag.rpartition("}")[2] for one in root]
    assert tags.count("image") == 1
    assert tags.count("rect") == tags.count("text") == 2
    assert {one.text.split()[1] for one in root if one.tag.endswith("text")} == {"person", "car"}


def test_a_picture_that_no_browser_shows_is_not_drawn(use_cache, still, tmp_path):
    other = still.rename(tmp_path / "street.tga")
    with pytest.raises(StillError, match=r"a browser shows no \.tga picture"):
        on_still("tiny", other, tmp_path / "found.svg")


# labels


@pytest.fixture
def yolo_folder(tmp_path):
    folder = tmp_path / "yolo"
    folder.mkdir()
    (folder / "classes.txt").write_text("person\ncar\ntraffic light\n")
    for name, blobs in (("a", [PERSON]), ("b", [PERSON, CAR]), ("c", [])):
        write_png(folder / f"{name}.png", street(*blobs))
        rows = [
            f"{0 if blob is PERSON else 1} {(blob[0] + blob[2] / 2) / 640}"
            f" {(blob[1] + blob[3] / 2) / 360} {blob[2] / 640} {blob[3] / 360}"
            for blob in blobs
        ]
        (folder / f"{name}.txt").write_text("\n".join(rows))
    (folder / "c.txt").unlink()  # shows nothing
    return folder


def coco_folder(tmp_path, **changes):
    folder = tmp_path / "coco"
    folder.mkdir()
    write_png(folder / "a.png", street(PERSON, CAR))
    table = {
        "images": [{"id": 7, "file_name": "val/a.png"}],
        "categories": [{"id": 1, "name": "person"}, {"id": 3, "name": "car"}],
        "annotations": [
            {"image_id": 7, "category_id": 1, "bbox": list(PERSON)},
            {"image_id": 7, "category_id": 3, "bbox": list(CAR), "iscrowd": 0},
        ],
        **changes,
    }
    (folder / "instances.json").write_text(json.dumps(table))
    return folder


def test_a_model_is_measured_on_labels_of_yolo(use_cache, yolo_folder):
    heard = []
    lines = on_labelled("tiny", yolo_folder, heard.append)
    assert lines[0] == "3 pictures"
    assert heard == [1, 2, 3]
    rows = {line.split()[0]: line.split()[1:] for line in lines[2:]}
    assert rows["person"][:2] == ["2", "1.000"]
    assert rows["car"][:2] == ["1", "1.000"]


def test_a_model_is_measured_on_labels_of_coco_and_crowds_are_left_out(use_cache, tmp_path):
    crowd = {"image_id": 7, "category_id": 3, "bbox": list(CAR), "iscrowd": 1}
    person = {"image_id": 7, "category_id": 1, "bbox": list(PERSON)}
    lines = on_labelled("tiny", coco_folder(tmp_path, annotations=[person, crowd]))
    assert any(line.split()[:3] == ["person", "1", "1.000"] for line in lines)
    assert "not labelled there: car" in lines


def test_labels_that_the_card_does_not_use_are_counted(use_cache, yolo_folder):
    (yolo_folder / "c.txt").write_text("2 0.5 0.5 0.1 0.1\n2 0.2 0.5 0.1 0.1\n")
    lines = on_labelled("tiny", yolo_folder)
    assert lines[-1] == "labelled, but none of the card's `used_classes`: traffic_light (2)"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("0 0.5 0.5 0.1", r"a\.txt, line 1: .* is not `class centre-x centre-y width height`"),
        ("person 0.5 0.5 0.1 0.1", "is not `class"),
        ("9 0.5 0.5 0.1 0.1", r"class 9, but classes\.txt has 3 \(0 to 2\)"),
        ("0 320 90 32 120", "not pixels"),
        ("0 nan 0.5 0.1 0.1", "outside the picture"),
        ("0 0.5 0.5 -0.1 0.1", "outside the picture"),
    ],
)
def test_a_row_that_is_no_label_is_refused_by_its_line(row, complaint, yolo_folder):
    (yolo_folder / "a.txt").write_text(row)
    with pytest.raises(LabelsError, match=complaint):
        list(labelled_pictures(yolo_folder))


@pytest.mark.parametrize(
    "changes",
    [
        {"images": None},
        {"annotations": [{"image_id": 7, "category_id": 9, "bbox": [0, 0, 1, 1]}]},
        {"annotations": [{"image_id": 7, "category_id": 1, "bbox": [0, 0, 1]}]},
        {"annotations": [{"image_id": 7, "category_id": 1, "bbox": [0, 0, 1, "wide"]}]},
        {"categories": [{"id": 1}]},
    ],
)
def test_a_file_that_is_no_coco_is_refused_with_what_it_should_have(changes, tmp_path):
    with pytest.raises(LabelsError, match=r"no COCO file .*`categories`"):
        list(labelled_pictures(coco_folder(tmp_path, **changes)))


def test_a_folder_without_labels_or_pictures_says_what_is_wanted(tmp_path, yolo_folder):
    with pytest.raises(LabelsError, match="there is no folder"):
        list(labelled_pictures(tmp_path / "nowhere"))
    with pytest.raises(LabelsError, match=r"has no \.json file\(s\) and no classes\.txt"):
        list(labelled_pictures(tmp_path))
    for path in yolo_folder.glob("*.png"):
        path.unlink()
    with pytest.raises(LabelsError, match="names no picture"):
        list(labelled_pictures(yolo_folder))


# drafts


def saved(tmp_path, dressed, name="fire smoke.onnx"):
    path = tmp_path / name
    onnx.save(dressed[0], path)
    return path, dressed[1]


@pytest.mark.parametrize(
    "dress",
    [
        lambda model, card: (model, card),
        as_yolov8,
        as_detr,
        lambda model, card: with_input(model, card, layout="nhwc", channels="bgr", kind="uint8"),
    ],
    ids=["yolox", "yolov8", "detr", "uint8 rows"],
)
def test_a_draft_has_what_the_file_says_and_marks_what_it_does_not(dress, tmp_path):
    path, card = saved(tmp_path, dress(tiny_model(), TINY))
    text = draft(path, licence="MIT")
    made = read(tomllib.loads(text), "draft")
    assert (made.decoder.head, made.decoder.scores) == (card.decoder.head, card.decoder.scores)
    assert (made.decoder.boxes, made.decoder.strides) == (card.decoder.boxes, card.decoder.strides)
    assert (made.input.name, made.input.layout) == (card.input.name, card.input.layout)
    assert (made.input.type, made.input.width) == (card.input.type, 160)
    assert (made.name, made.licence, made.size) == ("fire-smoke", "MIT", path.stat().st_size)
    assert len(made.classes) == len(card.classes)
    assert {"classes", "fit", "channels"} <= {
        line.split(" = ")[0] for line in text.splitlines() if "# guessed" in line
    }


def test_real_models_are_drafted_as_their_cards_stand(shared_data):
    for file, name in (
        ("yolox_nano.onnx", "yolox-nano"),
        ("picodet_s_416_clean.onnx", "picodet-s"),
    ):
        card = load(name)
        made = read(tomllib.loads(draft(shared_data / "models" / file, licence="x")), "draft")
        assert made.decoder == card.decoder
        assert made.sha256 == card.sha256
        assert (made.classes, made.used_classes) == (card.classes, card.used_classes)
        assert (made.input.width, made.input.mean) == (card.input.width, card.input.mean)


def test_a_model_of_no_known_family_is_refused_with_what_it_gives(tmp_path, shared_data):
    with pytest.raises(ModelError, match="which is none of yolox, yolov8, detr, gfl"):
        draft(shared_data / "models" / "face_detection_yunet_2026may.onnx", licence="x")


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="there is no file"):
        draft(tmp_path / "none.onnx", licence="x")
    (tmp_path / "a.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="ONNX Runtime cannot open"):
        draft(tmp_path / "a.onnx", licence="x")


def test_a_city_s_model_goes_from_its_file_to_boxes_on_a_still_without_code(
    tmp_path, monkeypatch, still
):
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path / "cache"))
    path, _ = saved(tmp_path, as_yolov8(tiny_model(), TINY))
    drafted = run(app, ["draft", str(path), "--licence", "Apache-2.0"])
    assert drafted.exit_code == 0
    card = tmp_path / "fire.toml"
    card.write_text(drafted.stdout.replace("std = [255.0, 255.0, 255.0]", "std = [1, 1, 1]"))
    assert run(app, ["fetch", str(card), "--file", str(path)]).exit_code == 0
    out = tmp_path / "found.svg"
    done = run(app, ["check", str(card), "--runs", "1", "--picture", str(still), "-o", str(out)])
    assert done.exit_code == 0
    assert "2 boxes" in done.stdout and f"drawn into {out}" in done.stdout
    assert out.read_text().startswith("<svg")


def test_a_check_that_cannot_be_done_says_why_and_exits_with_1(use_cache, tmp_path):
    for args, complaint in (
        (["--out", "a.svg"], "give one with --picture"),
        (["--picture", str(tmp_path / "none.jpg")], "there is no picture"),
        (["--labelled", str(tmp_path)], "COCO .json"),
    ):
        done = run(app, ["check", "tiny", "--runs", "1", *args])
        assert done.exit_code == 1
        assert complaint in done.stderr
        assert "Traceback" not in done.stderr


def test_labels_are_measured_by_the_command(use_cache, yolo_folder):
    fetch_model("tiny")
    done = run(app, ["check", "tiny", "--runs", "1", "--labelled", str(yolo_folder)])
    assert done.exit_code == 0
    assert re.search(r"person +2 +1\.000", done.stdout)
