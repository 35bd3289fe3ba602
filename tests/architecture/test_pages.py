"""No name becomes markup on a screen: our scripts and pages never parse a string."""

import pytest
from archrules import pages


def test_our_pages_show_text_as_text(project_root):
    assert pages.check(project_root) == []


@pytest.mark.parametrize(
    "script",
    [
        "node.innerHTML = name;",
        "node.outerHTML += name",
        "node.insertAdjacentHTML('beforeend', name)",
        "document.write(name)",
        "new DOMParser().parseFromString(name, 'text/html')",
        "layer.bindTooltip(name)",
        "layer.bindTooltip(`${name} · ${kind}`, { direction: 'top' })",
        "layer.bindTooltip(() => name)",
        "layer.bindTooltip(() =>\n  districtName(id))",
        "layer.bindPopup(\n  name,\n)",
        "L.tooltip({ permanent: true, content: name })",
        "tooltip.setContent(districtName(line.id))",
        "L.marker(place, { icon: L.divIcon({ html: name }) })",
        "node.setAttribute('onclick', name)",
        "setTimeout('run()', 5)",
        "eval(name)",
        "<p>{{ name | safe }}</p>",
    ],
)
def test_a_string_that_could_become_markup_is_seen(script):
    assert list(pages.found(script))


@pytest.mark.parametrize(
    "script",
    [
        "node.textContent = name;",
        "layer.bindTooltip(() => plain(tooltip()), { direction: 'top' })",
        "layer.bindPopup(document.createTextNode(name))",
        "layer.bindTooltip(plain(name))",
        "L.tooltip({ content: plain(name) })",
        "layer.closeTooltip()",
        "// innerHTML would run it",
    ],
)
def test_text_and_nodes_are_fine(script):
    assert list(pages.found(script)) == []
