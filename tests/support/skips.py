"""Skips are counted: each says what it lacks, and continuous integration lacks test data or a
device alone.

A reason begins with its class, `test data: …`. Only the classes of `IN_CI` may be missing where $CI
is set, since everything else is installed there; and a whole run skips exactly the tests that need
what is missing: a test that quietly joins them is found.
"""

import os
from collections import Counter

import pytest

# class: how many tests of the whole suite need it
IN_CI = {"test data": 12, "device": 0}
ELSEWHERE = ("program", "privilege", "registry", "system")


class SkipCounter:
    """A plugin of the controlling process: counts skips by class and fails a run that skipped what
    it must not."""

    def __init__(self, config: pytest.Config) -> None:
        self.reasons: list[str] = []
        self._is_whole = (
            config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.reasons.append(_reason(report))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.wrong() and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        classes = Counter(reason.split(":")[0] for reason in self.reasons)
        listed = ", ".join(f"{name} {count}" for name, count in sorted(classes.items()))
        terminalreporter.write_line(f"skipped: {len(self.reasons)} ({listed or 'none'})")
        for reason in self.wrong():
            terminalreporter.write_line(f"this may not be skipped here: {reason}", red=True)

    def wrong(self) -> list[str]:
        """Reasons of no class, and in continuous integration those of a class that it must have."""
        allowed = (*IN_CI,) if os.environ.get("CI") else (*IN_CI, *ELSEWHERE)
        wrong = sorted({r for r in self.reasons if r.split(":")[0] not in allowed})
        return [*wrong, *(self._miscounted() if self._is_whole else ())]

    def _miscounted(self) -> list[str]:
        counts = Counter(reason.split(":")[0] for reason in self.reasons)
        return [
            f"{counts[name]} tests for lack of {name}, and {needed} need it (`IN_CI` in skips.py)"
            for name, needed in IN_CI.items()
            if counts[name] not in (0, needed)
        ]


def _reason(report: pytest.TestReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
