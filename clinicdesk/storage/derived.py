"""One derivation of a password, two secrets: one that proves it, one that opens what is sealed for its owner.

Argon2id is slow on purpose and done once; HKDF makes of it what the server stores to compare with, and what it never
sees. Who reads the stored one learns nothing about the other.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_BYTES = 32


def proof(derived: bytes) -> bytes:
    """What is stored to compare with."""
    return _expand(derived, b"clinicdesk verifier")


def wrapping(derived: bytes) -> bytes:
    """What seals the key of the owner's drafts; stored nowhere."""
    return _expand(derived, b"clinicdesk drafts")


def _expand(derived: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=_BYTES, info=purpose).derive(derived)
