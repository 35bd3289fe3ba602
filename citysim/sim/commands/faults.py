"""`citybrain sim faults`: the table of what can go wrong in a story."""

from rich.console import Console

from citysim.demo.words import Words
from citysim.sim.runs.show.faults import as_markdown, fault_table


def list_faults(words: Words, *, markdown: bool) -> None:
    if markdown:
        print(as_markdown(words), end="")
        return
    Console().print(fault_table(words))
