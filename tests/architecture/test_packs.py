"""What belongs to a scene pack stands in its folder, and packs keep to their side."""

from archrules import packs


def test_the_built_in_kinds_are_named_in_their_pack_alone(tree, project_root):
    assert len(packs.kinds(project_root)) >= 6
    assert packs.named_elsewhere(tree) == []


def test_the_python_of_a_pack_imports_the_packs_own_package_only(tree):
    assert packs.pack_imports(tree) == []
