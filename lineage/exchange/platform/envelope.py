"""The envelope of the platform: `{requestMsg, timestamp, sign}`, an optional part of the installation.

The algorithms are the platform's: AES in ECB mode and HMAC with MD5 are weak, and nothing else here uses them.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import Any, Final, Protocol

from lineage.domain.errors import InvalidQuestionError
from lineage.exchange.platform.cleaning import RefusedRecordError

CONTENT, TIMESTAMP, SIGN = "requestMsg", "timestamp", "sign"
_BLOCK: Final = 16


class Seal(Protocol):
    """Closes a payload into an envelope and opens one."""

    def close(self, payload: bytes, timestamp: int) -> dict[str, Any]:
        """Return the envelope of a payload; `timestamp` is in milliseconds UTC."""
        ...

    def open(self, envelope: dict[str, Any]) -> bytes:
        """Return the payload of an envelope. Raises RefusedRecordError: `seal_broken`."""
        ...


class PasswordSeal:
    """The envelope with the password that the platform gave to an enterprise.

    Raises InvalidQuestionError where the extra `platform` is not installed.
    """

    def __init__(self, password: str) -> None:
        try:
            # An optional part of the installation.
            from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415
        except ImportError:
            message = "Envelopes need the extra `platform`: pip install 'battery-lineage[platform]'."
            raise InvalidQuestionError(message, path="--key-file", code="missing_extra") from None
        self._password = password.encode()
        # Java's SHA1PRNG, seeded with the password, gives these bytes first.
        once = hashlib.sha1(self._password).digest()  # noqa: S324 - of the platform
        key = hashlib.sha1(once).digest()[:_BLOCK]  # noqa: S324 - of the platform
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - of the platform

    def close(self, payload: bytes, timestamp: int) -> dict[str, Any]:
        """Return the envelope of a payload; `timestamp` is in milliseconds UTC."""
        more = _BLOCK - len(payload) % _BLOCK
        encryptor = self._cipher.encryptor()
        packed = encryptor.update(payload + bytes([more]) * more) + encryptor.finalize()
        content = b64encode(packed).decode()
        return {CONTENT: content, TIMESTAMP: timestamp, SIGN: self._sign(content)}

    def open(self, envelope: dict[str, Any]) -> bytes:
        """Return the payload of an envelope. Raises RefusedRecordError: `seal_broken`."""
        content, sign = envelope.get(CONTENT), envelope.get(SIGN)
        if not isinstance(content, str) or not isinstance(sign, str) or not content.isascii() or not sign.isascii():
            raise _broken()
        if not hmac.compare_digest(self._sign(content), sign.lower()):
            raise _broken()
        try:
            packed = b64decode(content, validate=True)
        except binascii.Error:
            raise _broken() from None
        if not packed or len(packed) % _BLOCK:
            raise _broken()
        decryptor = self._cipher.decryptor()
        padded = decryptor.update(packed) + decryptor.finalize()
        more = padded[-1]
        if not 0 < more <= _BLOCK or padded[-more:] != bytes([more]) * more:
            raise _broken()
        return padded[:-more]

    def _sign(self, content: str) -> str:
        return hmac.new(self._password, content.encode(), hashlib.md5).hexdigest()


def _broken() -> RefusedRecordError:
    return RefusedRecordError(SIGN, "seal_broken", "This envelope was not closed with this key, or was changed since.")
