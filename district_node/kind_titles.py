"""What screens call the kinds of open incidents whose pack is no longer in force. Reads no file."""

from collections.abc import Iterable

from citybrain.pack.pack import Words
from district_node.playbook import Playbook


def with_titles(words: Words, playbooks: Iterable[Playbook]) -> Words:
    """`words`, and for the kind of each of `playbooks` that has no word the playbook's own title:
    an incident keeps its playbook to its end, and its name on screens with it.
    """
    titles = {
        f"kind.{playbook.kind}": {"en": playbook.title.en, "zh": playbook.title.zh}
        for playbook in playbooks
    }
    return {**titles, **words}
