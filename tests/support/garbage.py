"""Where very many objects are made that stay: nothing is looked through for garbage meanwhile, nor
are they ever again. The syntax trees of a checkout took six times as long with every look.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# objects that are new between two looks (Python's own: 700): simulations make many, and keep few
NEW = 50_000


def look_seldom() -> None:
    gc.set_threshold(NEW, *gc.get_threshold()[1:])


@contextmanager
def made_to_stay() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
