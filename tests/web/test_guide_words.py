"""What the guides of those who work with the pages set in italics stands on the pages, in these
words: a button that was renamed there is renamed in the guide, too.
"""

import re
from pathlib import Path

import pytest

from citybrain.web.translations import load

ROOT = Path(__file__).parents[2]
GUIDES = ("operator", "duty-officer", "crew")
TABLES = [ROOT / tier / "web" / "translations.json" for tier in ("coordinator", "district_node")]
ITALIC = re.compile(r"(?<![*\w])\*([^*\n][^*]*)\*(?!\*)")
# of a browser's own menus; marks that are no words; "one", which is stressed
NOT_OURS = {"Share", "Install", "Aa", "one"}
# a button that says more: "Tone on"; states that the command line names
BEGUN = {"Tone", "doubtful", "missing", "damaged"}


def words():
    texts = [text["en"].lower() for table in TABLES for text in load(table).values()]
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", ".+", re.escape(one)) for one in texts))


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_calls_by_name_is_called_so_on_the_pages(guide):
    text = re.sub("```.*?```", "", (ROOT / "docs/guides" / f"{guide}.md").read_text(), flags=re.S)
    named = {" ".join(one.split()) for one in ITALIC.findall(text)} - NOT_OURS - BEGUN
    shown = words()
    assert named
    assert [one for one in sorted(named) if not shown.fullmatch(one.lower())] == []
