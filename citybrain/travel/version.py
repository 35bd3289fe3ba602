"""Which travel times were in force: the name and version of an adapter, stored with what rests on
them.
"""

from citybrain.structs import Struct


class TravelVersion(Struct, frozen=True, kw_only=True):
    """An adapter of travel times and the data that it answers from. Whenever an answer to any
    question changes, `version` does.
    """

    name: str
    version: str

    @property
    def text(self) -> str:
        """For people and for fingerprints: `great-circle/1`."""
        return f"{self.name}/{self.version}"


# what decided before the port was there: a stored value without a version is of it
GREAT_CIRCLE_VERSION = TravelVersion(name="great-circle", version="1")
