"""Starts a scenario's district with people to call."""

from principals import OPERATOR

from district_node.inputs import PacksChanged


def start_paged(scenario, *units, paging, **options):
    """As `scenario.start`; who is called comes by a reload, which leaves links as they are."""
    scenario.start(*units, **options)
    reload_paged(scenario, paging)
    return scenario


def reload_paged(scenario, paging):
    """Another configuration says who is called; None: one of a version that did not read it."""
    setup = scenario.state.setup
    scenario.submit(
        PacksChanged(
            packs=setup.packs,
            playbooks=setup.playbooks,
            assets=setup.assets,
            calendar=setup.calendar,
            paging=paging,
            principal=OPERATOR,
        )
    )
