"""No check is switched off in silence: each exception says which check and why, and `Any` is
counted."""

from archrules import any_types, comments


def test_a_comment_that_switches_a_check_off_says_which_and_why(tree):
    assert comments.check(tree) == []


def test_any_is_said_no_more_often_than_before(tree):
    assert any_types.check(tree) == []
