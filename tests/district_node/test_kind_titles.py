"""An incident keeps its name on screens as long as it is there."""

from citybrain.pack.load import built_in
from citybrain.structs import replace
from district_node.kind_titles import with_titles
from district_node.playbooks.load import load_playbooks


def test_a_kind_whose_pack_is_gone_is_called_what_its_playbook_calls_it():
    words, (playbook, *_) = built_in().words, load_playbooks()
    gone = replace(playbook, kind="lift_entrapment")
    shown = with_titles(words, [gone])
    assert shown["kind.lift_entrapment"] == {"en": playbook.title.en, "zh": playbook.title.zh}
    assert {key: shown[key] for key in words} == words


def test_the_words_of_a_pack_in_force_stand_before_titles_of_earlier_versions():
    words, playbooks = built_in().words, load_playbooks()
    earlier = [replace(p, title=replace(p.title, en="Earlier")) for p in playbooks]
    assert with_titles(words, earlier) == words
