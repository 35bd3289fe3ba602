"""What can be wrong with a broker's files.

IdentityError
└── BrokerConfigError        the files cannot be written as asked
"""

from citybrain.identity.errors import IdentityError


class BrokerConfigError(IdentityError):
    """The broker's files cannot be written as asked."""
