"""Fingerprints at rest: sealed with AES-256-GCM-SIV, found again through a keyed hash.

Whoever steals a database without the key file learns how many fingerprints there are, not one of
their values. A nonce-misuse-resistant cipher (RFC 8452) is used because a bank may hold hundreds of
millions of values under one key, where random 96-bit nonces of plain GCM become a risk.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from staydown.base.errors import SettingsError, StaydownError
from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import Fingerprint

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_QUALITY_UNKNOWN = 255


class SealBroken(StaydownError):
    """A sealed value that was changed, belongs to another kind, or was sealed with another key."""


class Sealer:
    """Seals, opens and recognises fingerprints with keys derived from one secret of ≥ 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise SettingsError("the sealing key is shorter than 32 bytes: make a new one")
        self._cipher = AESGCMSIV(_derive(secret, b"staydown seal v1"))
        self._lookup_key = _derive(secret, b"staydown lookup v1")

    def seal(self, fingerprint: Fingerprint) -> bytes:
        """Return version, nonce and ciphertext; the kind is bound in as associated data."""
        quality = _QUALITY_UNKNOWN if fingerprint.quality is None else fingerprint.quality
        nonce = os.urandom(_NONCE_BYTES)
        plain = bytes([quality]) + fingerprint.bits
        return (
            _VERSION + nonce + self._cipher.encrypt(nonce, plain, fingerprint.kind.value.encode())
        )

    def open(self, kind: Kind, sealed: bytes) -> Fingerprint:
        """Return the fingerprint inside ``sealed``. Raises SealBroken."""
        plain = self._plain(kind, sealed)
        quality = None if plain[0] == _QUALITY_UNKNOWN else plain[0]
        return Fingerprint(kind, plain[1:], quality)

    def open_bits(self, kind: Kind, sealed: bytes) -> bytes:
        """Return the bits alone, for who opens millions. Raises SealBroken."""
        return self._plain(kind, sealed)[1:]

    def _plain(self, kind: Kind, sealed: bytes) -> bytes:
        """Return the quality's byte and the bits. Raises SealBroken."""
        if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES + 17:
            raise SealBroken("this is not a sealed fingerprint of a version this program knows")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, kind.value.encode())
        except InvalidTag as error:
            raise SealBroken(
                "a sealed fingerprint does not open: it was changed, or the key file is another one"
            ) from error

    def seal_bytes(self, purpose: str, plain: bytes) -> bytes:
        """Return ``plain`` sealed; ``purpose`` is bound in, so that it opens for no other."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, _bound(purpose))

    def open_bytes(self, purpose: str, sealed: bytes) -> bytes:
        """Return what ``seal_bytes`` sealed for this purpose. Raises SealBroken."""
        if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES:
            raise SealBroken("this was not sealed by a version that this program knows")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, _bound(purpose))
        except InvalidTag as error:
            raise SealBroken(
                "a sealed value does not open: it was changed, or the key file is another one"
            ) from error

    def lookup(self, fingerprint: Fingerprint) -> bytes:
        """Return 32 bytes by which a row with this kind and bits is found."""
        return self.keyed_hash(fingerprint.kind.value, fingerprint.bits)

    def keyed_hash(self, purpose: str, value: bytes) -> bytes:
        """Return HMAC-SHA-256 of ``value`` under the lookup key, separated by ``purpose``."""
        message = purpose.encode() + b"\x00" + value
        return hmac.new(self._lookup_key, message, hashlib.sha256).digest()


def _bound(purpose: str) -> bytes:
    """Associated data that no fingerprint's has: a kind holds no zero byte."""
    return b"\x00" + purpose.encode()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, purpose, hashlib.sha256).digest()
