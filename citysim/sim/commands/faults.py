"""`citybrain sim faults`: the table of fault kinds."""

import sys

from rich.console import Console

from citysim.demo.messages import Translator
from citysim.sim.runs.report.fault_table import as_markdown, fault_table


def list_faults(translate: Translator, *, markdown: bool) -> None:
    if markdown:
        sys.stdout.write(as_markdown(translate))
        return
    Console().print(fault_table(translate))
