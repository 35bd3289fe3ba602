"""Broad excepts, names that say nothing, sizes, and what the linter says."""

from archrules import any_types, comments, excepts, sizes

from planted.rules import KERNEL, SHELL, Breaks, ruff

BREAKS: Breaks = {
    "one more broad except": (
        excepts.check,
        SHELL,
        "def run(f):\n    try:\n        f()\n    except Exception:\n        return None\n",
    ),
    "a bare except": (
        excepts.check,
        KERNEL,
        "def run(f):\n    try:\n        f()\n    except:\n        return None\n",
    ),
    "a suppressed Exception": (
        excepts.check,
        KERNEL,
        "from contextlib import suppress\n\n\n"
        "def run(f):\n    with suppress(Exception):\n        f()\n",
    ),
    "tools.py": (sizes.drawers, "district_node/tools.py", ""),
    "handlers.py": (sizes.drawers, "coordinator/shell/handlers.py", ""),
    "a folder of helpers": (sizes.drawers, "citybrain/helpers/geometry.py", ""),
    "a file of 401 lines": (sizes.long_files, KERNEL, "X = 1\n" * 400),
    "wait_for": (
        ruff,
        SHELL,
        "import asyncio\n\n\n"
        "async def wait(x: object) -> None:\n    await asyncio.wait_for(x, 1)\n",
    ),
    "a print in a shell": (
        ruff,
        SHELL,
        "def show() -> None:\n    print(1)\n",
    ),
    "an outdated comment of code": (
        ruff,
        SHELL,
        "# x = compute(1)\nX = 1\n",
    ),
    "a naive date": (
        ruff,
        SHELL,
        "from datetime import datetime\n\nNOW = datetime.fromtimestamp(0)\n",
    ),
    "a broad except by another name": (
        excepts.check,
        SHELL,
        "BROAD = Exception\n\n\ndef run(f: object) -> None:\n    try:\n        f()\n"
        "    except BROAD:\n        return\n",
    ),
    "a broad except in a tuple with a name": (
        excepts.check,
        SHELL,
        "BROAD = (ValueError, Exception)\n\n\ndef run(f: object) -> None:\n    try:\n"
        "        f()\n    except BROAD:\n        return\n",
    ),
    "a broad except in a tuple in a tuple": (
        excepts.check,
        SHELL,
        "KINDS = (Exception,)\n\n\ndef run(f: object) -> None:\n    try:\n        f()\n"
        "    except (ValueError, *KINDS):\n        return\n",
    ),
    "a broad except by a default": (
        excepts.check,
        SHELL,
        "def run(f: object, kinds: type[BaseException] = Exception) -> None:\n    try:\n"
        "        f()\n    except kinds:\n        return\n",
    ),
    "an except of groups of anything": (
        excepts.check,
        SHELL,
        "def run(f: object) -> None:\n    try:\n        f()\n    except ExceptionGroup:\n"
        "        return\n",
    ),
    "an except of what a call gives": (
        excepts.check,
        SHELL,
        "def kinds() -> type[Exception]:\n    return Exception\n\n\n"
        "def run(f: object) -> None:\n    try:\n        f()\n    except kinds():\n"
        "        return\n",
    ),
    "a suppress by another name": (
        excepts.check,
        SHELL,
        "from contextlib import suppress as quiet\n\n\ndef run(f: object) -> None:\n"
        "    with quiet(Exception):\n        f()\n",
    ),
    "a suppress of a tuple": (
        excepts.check,
        SHELL,
        "import contextlib\n\nKINDS = (Exception,)\n\n\ndef run(f: object) -> None:\n"
        "    with contextlib.suppress(*KINDS):\n        f()\n",
    ),
    "an exit that hides every error": (
        excepts.check,
        SHELL,
        "class Quiet:\n    def __enter__(self) -> None: ...\n\n"
        "    def __exit__(self, *_: object) -> bool:\n        return True\n",
    ),
    "order_utils.py": (
        sizes.drawers,
        "district_node/shell/order_utils.py",
        "",
    ),
    "event_handlers.py": (
        sizes.drawers,
        "district_node/shell/event_handlers.py",
        "",
    ),
    "tools2.py": (
        sizes.drawers,
        "district_node/shell/tools2.py",
        "",
    ),
    "helpers of tests": (
        sizes.drawers,
        "tests/web/helpers.py",
        "",
    ),
    "a function of 61 lines": (
        sizes.long_bodies,
        SHELL,
        "async def f() -> None:\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n"
        "    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n    x = 1\n",
    ),
    "a function that hides its length in two others": (
        sizes.long_bodies,
        SHELL,
        "def f() -> None:\n    def g() -> None:\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n\n    def h() -> None:\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n"
        "        x = 1\n        x = 1\n        x = 1\n        x = 1\n        x = 1\n\n"
        "    g()\n    h()\n",
    ),
    "wait_for out of its module": (
        ruff,
        SHELL,
        "from asyncio.tasks import wait_for as w\n\n\nasync def f(x: object) -> None:\n"
        "    await w(x, 1)\n",
    ),
    "a bare noqa": (
        comments.check,
        SHELL,
        "import os  # noqa\n",
    ),
    "a noqa without a reason": (
        comments.check,
        SHELL,
        "import random  # noqa: TID251\n\nX = random\n",
    ),
    "a noqa for a file": (
        comments.check,
        SHELL,
        "# ruff: noqa: TID251\nimport random\n\nX = random.random()\n",
    ),
    "an ignored type without a reason": (
        comments.check,
        SHELL,
        "X: int = 'a'  # type: ignore[assignment]\n",
    ),
    "a file that mypy ignores": (
        comments.check,
        SHELL,
        "# mypy: ignore-errors\nX: int = 'a'\n",
    ),
    "something put off": (
        comments.check,
        SHELL,
        "# TODO: mend\nX = 1\n",
    ),
    "a noqa for a long line": (
        comments.check,
        SHELL,
        "X = 1  # noqa: E501 - a long one\n",
    ),
    "one more Any": (
        any_types.check,
        SHELL,
        "import typing as t\n\n\ndef f(x: t.Any) -> t.Any:\n    return x\n",
    ),
}
