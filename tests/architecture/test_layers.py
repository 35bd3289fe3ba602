"""Who may import whom: arrows go one way and never round, each heavy library has one importer, no
import hides in a string."""

import pytest
from archrules import kernel, layers, public_api, roots, servers


def test_tiers_do_not_import_each_other_and_nobody_imports_the_simulator(tree):
    assert layers.tiers(tree) == []


@pytest.mark.parametrize("library", sorted(layers.RIM))
def test_a_heavy_library_has_one_importer(tree, library):
    assert layers.heavy(tree, library) == []


def test_nothing_imports_relatively(tree):
    assert layers.relative(tree) == []


def test_nothing_imports_by_name_but_who_must(tree):
    assert layers.by_name(tree) == []


def test_a_library_has_a_place(tree):
    assert layers.unlisted(tree) == []


def test_modules_do_not_import_each_other(tree):
    assert layers.cycles(tree) == []


def test_a_kernel_module_is_used_by_two_tiers(tree):
    assert kernel.check(tree) == []


def test_no_internal_value_leaves_by_the_public_api(tree):
    assert public_api.check(tree) == []


def test_machine_clocks_and_randomness_enter_at_composition_roots(tree):
    assert roots.check(tree) == []
    assert roots.entries(tree) == []


def test_a_server_is_made_in_one_place(tree):
    assert servers.check(tree) == []
