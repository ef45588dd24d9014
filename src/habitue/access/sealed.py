"""Secrets sealed with a key that lies elsewhere: who reads the folder can't use them.

Each is sealed with AES-256-GCM under its name, so that none stands in for another. The
key is derived from what the settings tell (RFC 5869). What was written before there was
a key is read as it is, and sealed at the next start.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from habitue.access.port import SecretStore
from habitue.base.errors import HabitueError, InvalidError
from habitue.base.ids import random_bytes

KEY_CHARS_MIN = 32
# With this a sealed secret begins; none that is made here does.
MARK = b"habitue sealed 1\n"
_NONCE_BYTES = 12
_ABOUT = b"habitue secrets"


class UnopenedError(HabitueError):
    """A secret is sealed, and the key that opens it was not told."""


class SealedSecrets:
    """Fills the port SecretStore over another store, sealing what that one keeps."""

    def __init__(self, store: SecretStore, key: str = "") -> None:
        """key: at least 32 characters; empty: nothing is sealed, or can be opened."""
        self._store = store
        self._aead = _aead(key) if key else None

    def get(self, name: str) -> bytes | None:
        """Read a secret; None if there is none. UnopenedError if the key is another."""
        held = self._store.get(name)
        if held is None or not held.startswith(MARK):
            return held
        return self._open(name, held)

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, sealed if there is a key; one that is sealed stays so."""
        if secret.startswith(MARK):
            secret = self._open(name, secret)
        self._store.put(name, self._sealed(name, secret))

    def names(self) -> list[str]:
        """Name all secrets, for a backup of them."""
        return self._store.names()

    def seal_all(self) -> int:
        """Seal what was written before there was a key; give how many there were."""
        if self._aead is None:
            return 0
        bare = [name for name in self._store.names() if self._is_bare(name)]
        for name in bare:
            self.put(name, self._store.get(name) or b"")
        return len(bare)

    def _is_bare(self, name: str) -> bool:
        held = self._store.get(name)
        return held is not None and not held.startswith(MARK)

    def _sealed(self, name: str, secret: bytes) -> bytes:
        if self._aead is None:
            return secret
        nonce = random_bytes(_NONCE_BYTES)
        return MARK + nonce + self._aead.encrypt(nonce, secret, name.encode())

    def _open(self, name: str, held: bytes) -> bytes:
        if self._aead is None:
            raise UnopenedError(
                f"The secret '{name}' is sealed. Tell the key it was sealed with, by"
                " HABITUE_SECRETS__SEALING_KEY_FILE or HABITUE_SECRETS__SEALING_KEY."
            )
        told = held[len(MARK) :]
        try:
            return self._aead.decrypt(
                told[:_NONCE_BYTES], told[_NONCE_BYTES:], name.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise UnopenedError(
                f"The secret '{name}' was sealed with another key than"
                " secrets.sealing_key, or was altered. Tell the key it was sealed with."
            ) from error


def _aead(key: str) -> AESGCM:
    if len(key) < KEY_CHARS_MIN:
        raise InvalidError(
            f"The key of secrets (secrets.sealing_key) has {len(key)} characters; give"
            f" it at least {KEY_CHARS_MIN}, as 'openssl rand -base64 32' makes them."
        )
    return AESGCM(HKDF(SHA256(), 32, None, _ABOUT).derive(key.encode()))
