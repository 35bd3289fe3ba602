"""A name in the languages of the screens, as a value."""

from citybrain.structs import Struct


class LocalizedName(Struct, frozen=True, kw_only=True):
    """A name in the languages of the screens."""

    en: str
    zh: str


NO_NAME = LocalizedName(en="", zh="")
