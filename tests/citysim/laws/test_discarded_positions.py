"""What a node has discarded of its letters, read while the node goes on."""

from types import SimpleNamespace

from citysim.laws.history_reader import discarded_positions


class Busy:
    """A store whose node posts another letter between any two reads; all before are discarded."""

    def __init__(self):
        self.kept, self.following = [], 5

    def _post(self):
        self.kept.append(SimpleNamespace(position=self.following))
        self.following += 1

    def letters(self, *, to, after, limit):
        shown = self.kept[:limit]
        self._post()
        return shown

    def next_position(self, peer):
        shown = self.following
        self._post()
        return shown


def test_a_letter_that_is_posted_meanwhile_counts_as_kept():
    store = Busy()
    assert discarded_positions(store, ["city"]) == (("city", 4),)


def test_a_letter_that_is_kept_bounds_what_is_discarded():
    store = Busy()
    store._post()
    store._post()
    assert discarded_positions(store, ["city"]) == (("city", 4),)
