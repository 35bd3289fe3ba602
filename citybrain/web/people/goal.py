"""Where a person goes after signing in."""

from urllib.parse import quote

HOME = "/"


def goal_of(wanted: str) -> str:
    """A page of this console, whatever the address says."""
    is_ours = wanted == HOME or (wanted.startswith("/crew/") and "/" not in wanted[6:])
    return quote(wanted) if is_ours and "\\" not in wanted else HOME
