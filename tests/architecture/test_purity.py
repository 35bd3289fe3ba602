"""Cores are pure, and so is whatever they import, however far."""

from archrules import purity


def test_cores_reach_only_cores_values_and_pure_libraries(tree):
    assert purity.closure(tree) == []


def test_cores_have_no_effects_no_hidden_state_and_no_order_by_chance(tree):
    assert purity.effects(tree) == []


def test_every_listed_module_exists(tree):
    assert purity.unknown(tree) == []
