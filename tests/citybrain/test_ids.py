"""Names: derived ones repeat, random ones do not, counted ones count."""

from citybrain.ids import CountingIds, derived
from citybrain.random_ids import RandomIds


def test_a_derived_name_is_the_same_in_every_replay_and_tells_several_apart():
    assert derived("inc", "riverside", 17) == derived("inc", "riverside", 17) == "inc-riverside-17"
    assert derived("inc", "riverside", 17, 2) == "inc-riverside-17.2"
    names = {derived("inc", "riverside", seq, index) for seq in range(30) for index in range(5)}
    assert len(names) == 150


def test_random_names_have_their_form_and_do_not_repeat():
    ids = RandomIds()
    tokens = {ids.token() for _ in range(1000)}
    numbers = {ids.number() for _ in range(1000)}
    assert len(tokens) == len(numbers) == 1000
    assert all(len(token) == 16 and int(token, 16) >= 0 for token in tokens)
    assert all(0 < number < 2**63 for number in numbers)


def test_counted_names_are_the_same_in_every_run():
    assert [CountingIds("x").token(), CountingIds("x").token()] == ["x0000000000000001"] * 2
    ids = CountingIds()
    assert [ids.number(), ids.number(), ids.token()] == [1, 2, "0000000000000003"]
