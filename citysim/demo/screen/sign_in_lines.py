"""The lines of the terminal that say how to sign in at the consoles. They are printed once, and go
nowhere else: to no log and to no command line.
"""

from collections.abc import Mapping

from citysim.demo.messages import Translator
from citysim.demo.prepare.accounts import EVERYBODY, SignIns


def sign_in_lines(
    sign_ins: SignIns, names: Mapping[str, str], translate: Translator
) -> tuple[str, ...]:
    """A line a person with the password, then a line a link; `names` are the nodes' in the reader's
    language."""
    passwords = (
        f"  {person.name} · {translate(person.role)} · {sign_ins.passwords[person.name]}"
        for person in EVERYBODY
    )
    links = (
        f"  {names[link.node]} · {link.person.name} · {link.address}" for link in sign_ins.links
    )
    return (f"{translate('accounts')}:", *passwords, f"{translate('sign_in_links')}:", *links)
