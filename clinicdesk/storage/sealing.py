"""AES-256-GCM over small things, bound to where they belong, so that none can be passed off as another."""

from __future__ import annotations

import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


def new_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, content: bytes, *place: str | int) -> bytes:
    """``content`` sealed with ``key`` for ``place``."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, _bound_to(place))


def opened(key: bytes, sealed: bytes, *place: str | int) -> bytes | None:
    """What was sealed with ``key`` for ``place``; None for anything else."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(place))
    except (InvalidTag, ValueError):
        return None


def _bound_to(place: tuple[str | int, ...]) -> bytes:
    return json.dumps(["clinicdesk", 1, *place]).encode()
