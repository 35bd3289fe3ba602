"""What can be wrong with names, tokens, certificates and enrolment.

IdentityError                root, below CityBrainError
├── IdentityNameError        a text that is no name of ours
├── JoinTokenError           a text that is no join token of ours, or was cut off
├── CertificateError         files of an identity that do not belong together
├── WrongTokenError          a token for something else than what joins with it
├── EnrolmentAnswerError     what answers is not the authority of the token, or no authority
├── EnrolmentAwayError       the enrolment port does not answer: try again later
├── EnrolmentRefusedError    the authority said no, with a reason
├── HelloRefusedError        a box's hello does not prove its name, with a reason
└── AuthorityError           the authority's folder: missing, there already, full
"""

from citybrain.errors import CityBrainError


class IdentityError(CityBrainError):
    """Root of the errors of names, certificates and enrolment."""


class IdentityNameError(IdentityError):
    """A text that is no name of ours."""

    def __init__(self, text: str, problem: str) -> None:
        self.text, self.problem = text, problem
        super().__init__(
            f"{ascii(text)[:120]} is no name: {problem}. A name is citybrain://CITY/ROLE/ID, for"
            " example citybrain://chengdu/box/box-a1."
        )


class JoinTokenError(IdentityError):
    """A text that is no join token of ours, or was cut off."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(
            f"this is no join token: {problem}. Copy the whole line that `citybrain ca token`"
            " printed."
        )


class CertificateError(IdentityError):
    """Files of an identity that do not belong together, or cannot be read."""


class WrongTokenError(IdentityError):
    """A token for something else than what wants to join with it."""


class EnrolmentAnswerError(IdentityError):
    """What answers is not the authority that the token or the identity names. Nothing was sent to
    it that it could use."""


class EnrolmentAwayError(IdentityError):
    """The enrolment port does not answer; nothing has changed, and the same call may succeed
    later."""


class EnrolmentRefusedError(IdentityError):
    """The authority said no. `reason` is a code of `enrolment.messages.Refusal`."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"the authority refused ({reason}): {detail}")


class HelloRefusedError(IdentityError):
    """A box's hello does not prove its name. `reason` is a code."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"the hello is refused ({reason}): {detail}")


class AuthorityError(IdentityError):
    """The authority's folder cannot be used as asked."""
