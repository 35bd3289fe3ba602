"""The commands `citybrain district …`: a node, and an operator's queue in a terminal. Each family
has a module of its own; what is heavy is imported when its command is called.
"""

import typer

from citybrain.cli.node.clock import clock_commands
from citybrain.cli.people.crew_link import crew_link
from district_node.cli.casework import add_casework
from district_node.cli.crew import crew_app
from district_node.cli.files.attachments import add_files
from district_node.cli.incident import incident_app
from district_node.cli.node import check, join, quarantine, run
from district_node.cli.options import ADDRESS
from district_node.cli.paging import oncall, page_app
from district_node.cli.queue import queue, report
from district_node.cli.regrouping import link, merge, not_same, split, undo, unlink
from district_node.cli.routing import return_case, route
from district_node.cli.rules import rules
from district_node.cli.shift import shift_app
from district_node.cli.sources.boxes import allow_outbox, forget
from district_node.cli.sources.series import series
from district_node.cli.sources.source import source_app
from district_node.cli.unit import unit_app
from district_node.cli.watch import watch

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The district node: events in, incidents and crews at work.",
)
add_casework(incident_app)
add_files(incident_app)
incident_app.command()(merge)
incident_app.command()(split)
incident_app.command("not-same")(not_same)
incident_app.command()(link)
incident_app.command()(unlink)
incident_app.command()(undo)
app.add_typer(incident_app, name="incident")
app.add_typer(unit_app, name="unit")
app.add_typer(source_app, name="source")
app.add_typer(crew_app, name="crew")
app.add_typer(shift_app, name="shift")
app.add_typer(page_app, name="page")
incident_app.command("return")(return_case)
incident_app.command()(route)
app.add_typer(clock_commands("district", ADDRESS), name="clock")
app.command("crew-link")(crew_link)
app.command("allow-outbox")(allow_outbox)
app.command()(forget)
app.command()(run)
app.command()(join)
app.command()(check)
app.command()(queue)
app.command()(watch)
app.command()(report)
app.command()(series)
app.command()(oncall)
app.command()(rules)
app.command()(quarantine)
