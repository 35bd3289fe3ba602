"""A pack is read whole or not at all: every fault of every file is named, and two packs never
define one thing.
"""

import os
import shutil
from pathlib import Path

import pytest
from pack_folders import LIFTS, write_kind, write_pack

from citybrain.errors import ConfigError
from citybrain.pack.limits import PACK_FILES
from citybrain.pack.load import built_in, built_in_folder, load_packs


def test_the_street_pack_is_always_in_force(tmp_path):
    assert [pack.name for pack in built_in().packs] == ["street"]
    packs = load_packs([write_pack(tmp_path / "lifts")])
    assert [pack.name for pack in packs.packs] == ["street", "lifts"]
    assert packs.words["kind.lift_entrapment"] == {
        "en": "People stuck in a lift",
        "zh": "电梯困人",
    }
    assert packs.words["choice.lift.company.ottis"]["zh"] == "奥蒂"
    assert set(packs.asset_kinds) == {"camera_point", "gauge", "lift"}


def test_a_rule_has_its_words_by_the_id_that_events_name_it_by(tmp_path):
    words = load_packs([write_pack(tmp_path / "lifts")]).words
    assert (
        words["rule_id.stuck"] == words["rule.lift_stuck"] == {"en": "Lift stuck", "zh": "电梯停滞"}
    )
    assert words["rule_id.high-water"]["zh"] == "高水位"


def test_an_id_that_two_rules_have_names_neither(tmp_path):
    rule = LIFTS["rules/lift_stuck.toml"].replace('id = "stuck"', 'id = "crowd"')
    words = load_packs([write_pack(tmp_path / "lifts", rules__lift_stuck_toml=rule)]).words
    assert "rule_id.crowd" not in words and words["rule.crowd"]["en"] == "Crowd"


def test_comments_and_the_order_of_keys_do_not_change_the_digest_and_a_number_does(tmp_path):
    folder = write_pack(tmp_path / "lifts")
    before = load_packs([folder]).identities[1]
    pack_toml = "\n".join(
        ["# a comment", *reversed(LIFTS["pack.toml"].split("[needs]")[0].split("\n"))]
    )
    write_pack(folder, pack_toml=pack_toml + "\n[needs]" + LIFTS["pack.toml"].split("[needs]")[1])
    assert load_packs([folder]).identities[1] == before
    write_pack(folder, life_toml=LIFTS["life.toml"].replace("300.0", "301.0"))
    assert load_packs([folder]).identities[1].digest != before.digest


def test_the_bytes_of_a_packs_python_count_in_its_digest(tmp_path):
    folder = write_pack(tmp_path / "lifts")
    before = load_packs([folder]).identities[1].digest
    (folder / "counting.py").write_text('"""Counts."""\n', encoding="utf-8")
    assert load_packs([folder]).identities[1].digest != before


def test_every_fault_of_all_files_is_named_with_file_key_and_cure(tmp_path):
    folder = write_pack(
        tmp_path / "lifts",
        pack_toml='name = "lift"\nversion = "one"\ntitle = { en = "Lifts" }\n',
        rules__lift_stuck_toml=LIFTS["rules/lift_stuck.toml"]
        .replace("${asset.stuck_s}", "${asset.stick_s}")
        .replace("above = 0.5", 'above = "${asset.stuck_s"'),
        assets_toml=LIFTS["assets.toml"].replace("example = 30", "example = 0"),
        words__zh_toml=LIFTS["words/zh.toml"].replace('lift_entrapment = "电梯困人"', ""),
        words__en_toml=LIFTS["words/en.toml"].replace('lift = "Lift"', "lift = 7"),
    )
    (folder / "kinds" / "broken.toml").write_text("kind = ", encoding="utf-8")
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_packs([folder])
    problems = {p.key: p for p in raised.value.problems}
    for key in (
        "lifts/pack.toml: version",
        "lifts/pack.toml: title.zh",
        "lifts/rules/lift_stuck.toml: rule.hold_s",
        "lifts/rules/lift_stuck.toml: rule.above",
        "lifts/assets.toml: lift.fields.stuck_s.example",
        "lifts/words/zh.toml: kind.lift_entrapment",
        "lifts/words/en.toml: asset.lift",
        "lifts/kinds/broken.toml",
        "lifts/notes.txt",
    ):
        assert problems[key].problem and problems[key].remedy, key


def test_a_folder_that_is_none_is_named():
    with pytest.raises(ConfigError, match="no such folder.*citybrain pack new"):
        load_packs([built_in_folder() / "nothing"])


def test_the_name_is_the_folders(tmp_path):
    with pytest.raises(ConfigError, match="it is 'lifts', and the folder is 'elevators'"):
        load_packs([write_pack(tmp_path / "elevators")])


def test_two_packs_that_define_one_thing_are_both_named(tmp_path):
    clash = write_kind(tmp_path / "crowds", 'kind = "crowding"\n[[needs]]\ncapability = "patrol"\n')
    with pytest.raises(ConfigError) as raised:
        load_packs([clash])
    text = str(raised.value)
    street = f"the pack street ({built_in_folder()}) has"
    assert f"crowds/kinds/crowds.toml: crowding: {street} the kind crowding too" in text
    assert f"{street} the word kind.crowding too" in text


def test_the_same_pack_twice_is_a_problem(tmp_path):
    folder = write_pack(tmp_path / "lifts")
    other = tmp_path / "elsewhere"
    shutil.copytree(folder, other / "lifts")
    with pytest.raises(ConfigError) as raised:
        load_packs([folder, other / "lifts"])
    assert f"the pack lifts ({folder}) has the name lifts too" in str(raised.value)


def test_a_folder_that_is_named_again_is_one_problem(tmp_path):
    folder = write_pack(tmp_path / "lifts")
    (tmp_path / "link").symlink_to(folder)
    for again in (folder, tmp_path / "link", folder / "kinds" / ".."):
        with pytest.raises(ConfigError, match="is named twice") as raised:
            load_packs([folder, again])
        assert len(raised.value.problems) == 1
    with pytest.raises(ConfigError, match="it is built in, and always in force"):
        load_packs([built_in_folder()])


@pytest.mark.parametrize("name", ["pack.toml", "kinds/lift_entrapment.toml", "words/zh.toml"])
@pytest.mark.parametrize("kind", ["folder", "loop", "dangling", "pipe"])
def test_what_stands_where_a_file_belongs_and_is_none_is_named(tmp_path, name, kind):
    folder = write_pack(tmp_path / "lifts")
    path = folder / name
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path.name if kind == "loop" else "nothing")
    with pytest.raises(ConfigError) as raised:
        load_packs([folder])
    problems = {p.key: p.problem for p in raised.value.problems}
    assert problems[f"lifts/{name}"] == "it is no file that can be read"


def test_a_link_that_leads_back_into_the_pack_is_walked_once(tmp_path):
    folder = write_pack(tmp_path / "lifts")
    (folder / "kinds" / "loop").symlink_to("..")
    assert len(load_packs([folder]).packs) == 2


@pytest.mark.parametrize("name", [b"kinds/\xff.toml", b"\xff.py", b"kinds/a\nb.toml"])
def test_a_file_whose_name_is_no_text_is_named(tmp_path, name):
    folder = write_pack(tmp_path / "lifts")
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).touch()
    with pytest.raises(ConfigError, match="a pack has no such file") as raised:
        load_packs([folder])
    assert str(raised.value).isascii() or "\udcff" not in str(raised.value)


@pytest.mark.parametrize("folder", ["nul\0byte", "long" * 2000])
def test_a_folder_that_no_disk_can_have_is_none(tmp_path, folder):
    with pytest.raises(ConfigError, match="there is no such folder"):
        load_packs([tmp_path / folder])


def test_a_title_is_a_text_of_one_line(tmp_path):
    for title in ('"a\\nb"', '"\\u202e"', '"\\u0000"'):
        text = LIFTS["pack.toml"].replace('"电梯"', title)
        with pytest.raises(ConfigError, match=r"pack\.toml: title\.zh"):
            load_packs([write_pack(tmp_path / "lifts", pack_toml=text)])


def test_a_rule_may_be_about_assets_of_an_earlier_pack(tmp_path):
    folder = write_kind(tmp_path / "tides", 'kind = "tide"\n[[needs]]\ncapability = "patrol"\n')
    (folder / "rules").mkdir()
    (folder / "rules" / "tide.toml").write_text(
        'asset = "gauge"\n[rule]\nid = "tide"\nincident_kind = "tide"\n'
        'above = "${asset.alarm_m}"\nbelow = "${asset.clear_m}"\n',
        encoding="utf-8",
    )
    for language in ("en", "zh"):
        with (folder / "words" / f"{language}.toml").open("a", encoding="utf-8") as file:
            file.write('[rule]\ntide = "Tide 潮"\n')
    (rule,) = [r for r in load_packs([folder]).rules if r.name == "tide"]
    assert rule.asset == "gauge"


def test_a_capability_without_a_word_in_any_pack_is_a_problem(tmp_path):
    folder = write_pack(
        tmp_path / "lifts",
        words__en_toml=LIFTS["words/en.toml"].replace('lift_rescue = "lift rescue"', ""),
        words__zh_toml=LIFTS["words/zh.toml"].replace('lift_rescue = "电梯救援"', ""),
    )
    with pytest.raises(ConfigError, match=r"words/zh\.toml: capability\.lift_rescue: it is"):
        load_packs([folder])


def test_a_word_that_the_consoles_have_themselves_is_not_redefined(tmp_path):
    folder = write_pack(tmp_path / "lifts")
    for language in ("en", "zh"):
        with (folder / "words" / f"{language}.toml").open("a", encoding="utf-8") as file:
            file.write('[reason]\nbusy = "no"\ncable = "Cable torn"\n')
    with pytest.raises(ConfigError) as raised:
        load_packs([folder])
    assert "the consoles have the word reason.busy too" in str(raised.value)
    assert "reason.cable" not in str(raised.value)


@pytest.mark.parametrize("text", ['"a\\nb"', '"\\u0000"', '""', '"  "', f'"{"x" * 201}"', "7"])
def test_a_text_that_no_screen_can_show_is_a_problem(tmp_path, text):
    words = LIFTS["words/zh.toml"].replace('"电梯救援"', text)
    with pytest.raises(ConfigError, match=r"words/zh\.toml: capability\.lift_rescue"):
        load_packs([write_pack(tmp_path / "lifts", words__zh_toml=words)])


def test_a_folder_of_more_files_than_a_pack_has_is_not_read(tmp_path):
    for number in range(PACK_FILES.value + 1):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(ConfigError, match=f"more than {PACK_FILES.value} files"):
        load_packs([tmp_path])


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("kind = 'unknown'", "'unknown' is built in"),
        ("kind = 'Lift!'", "'Lift!' does not fit"),
        ("kind = 7", "'7' does not fit"),
        ("", "it is missing"),
    ],
)
def test_a_kind_that_cannot_be_called_so_is_named(tmp_path, kind, problem):
    text = LIFTS["kinds/lift_entrapment.toml"].replace('kind = "lift_entrapment"', kind)
    with pytest.raises(ConfigError, match=r"kinds/lift_entrapment\.toml: kind") as raised:
        load_packs([write_pack(tmp_path / "lifts", kinds__lift_entrapment_toml=text)])
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("name", "every asset has that already"),  # a row's `name` stands for both names
        ("lat", "every asset has that already"),
        ("étage", "does not fit"),  # no template could name it
        ("_floor", "does not fit"),
    ],
)
def test_a_field_that_no_row_or_template_could_name_is_a_problem(tmp_path, name, problem):
    field = f'\n[lift.fields."{name}"]\ntype = "text"\nexample = "x"\n'
    folder = write_pack(tmp_path / "lifts", assets_toml=LIFTS["assets.toml"] + field)
    with pytest.raises(ConfigError, match=f"lift.fields.{name}: .*{problem}"):
        load_packs([folder])


@pytest.mark.parametrize("bound", ["low = 1", "high = 9"])
def test_a_bound_belongs_to_a_number(tmp_path, bound):
    field = f'\n[lift.fields.note]\ntype = "text"\nexample = "x"\n{bound}\n'
    folder = write_pack(tmp_path / "lifts", assets_toml=LIFTS["assets.toml"] + field)
    with pytest.raises(ConfigError, match="belong to a number"):
        load_packs([folder])
