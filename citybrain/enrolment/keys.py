"""Keys of holders: P-256, made where they are used, never sent anywhere."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from citybrain.identity.errors import CertificateError
from citybrain.identity.name import IdentityName

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


def new_key() -> PrivateKey:
    """A key of the operating system's randomness."""
    return ec.generate_private_key(ec.SECP256R1())


def key_text(key: PrivateKey) -> bytes:
    """The key as PEM, without a pass phrase: a box starts without a person."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_key(text: bytes, where: str) -> PrivateKey:
    """The key in `text`; raises `CertificateError`, which names `where` it was read."""
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateError(
            f"{where} holds no private key that can be read ({error}). Join again with a new token."
        ) from error
    if not isinstance(key, PrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificateError(
            f"{where} holds a key that is not P-256. Join again with a new token."
        )
    return key


def public_text_of(text: bytes, where: str) -> bytes:
    """The public part of a private key of any kind, as keys are compared; raises
    `CertificateError`, which names `where` it was read."""
    try:
        key = load_pem_private_key(text, password=None).public_key()
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateError(
            f"{where} holds no private key that can be read ({error})."
        ) from error


def request_text(key: PrivateKey, name: IdentityName) -> str:
    """A certificate request of `key`, PEM; the name is for whoever reads it: the authority takes
    none from it."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name.short)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def key_of_request(text: str) -> PublicKey:
    """The key of a certificate request that proves, by its signature, that its sender holds it;
    raises `CertificateError`."""
    try:
        request = x509.load_pem_x509_csr(text.encode())
        key = request.public_key()
        is_signed = request.is_signature_valid
    except (ValueError, TypeError, UnicodeEncodeError, UnsupportedAlgorithm) as error:
        raise CertificateError(f"the certificate request cannot be read ({error}).") from error
    if not isinstance(key, PublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificateError("the certificate request's key is not P-256.")
    if not is_signed:
        raise CertificateError("the certificate request is not signed by its own key.")
    return key


def public_text(key: PublicKey) -> bytes:
    """What two keys are compared by."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(key: PrivateKey, text: bytes) -> str:
    """The signature over `text`, hexadecimal."""
    return key.sign(text, ec.ECDSA(SHA256())).hex()


def is_signed_by(key: PublicKey, text: bytes, signature: str) -> bool:
    """Whether `signature` (hexadecimal) is `key`'s over `text`."""
    try:
        key.verify(bytes.fromhex(signature), text, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
