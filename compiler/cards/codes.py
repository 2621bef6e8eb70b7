"""The short code on every card: enough to tell later which version of which scenario somebody holds.

A code is a fingerprint of a scenario's name and of what it means (its content hash), in signs that survive handwriting
and a telephone line, with one sign to catch a slip. The only module that knows segno. Knows nothing of which codes were
ever handed out.
"""

from __future__ import annotations

import hashlib
import unicodedata

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 as Crockford wrote it down: no I, L, O or U, so that no two signs are taken for one another."""

_SIGNS = 9
_PRIME = 31
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_BETWEEN = dict.fromkeys(map(ord, " -‐‑–—−_·.\t\n"))


def short_code(name: str, version: str) -> str:
    """The code of scenario `name` in `version` (a content hash): nine signs of 45 bits and a check sign, `K3M9P-X2F4G`.

    Among 100,000 versions two are alike with a chance of 1 in 7,000.
    """
    digest = hashlib.sha256(f"{name}\n{version}".encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest, "big") >> (256 - 5 * _SIGNS)
    signs = "".join(SIGNS[number >> (5 * place) & 31] for place in reversed(range(_SIGNS)))
    signs += _check(signs)
    return f"{signs[:5]}-{signs[5:]}"


def read_code(typed: str) -> str | None:
    """The code somebody typed or scanned, in its one spelling; None when it is none, or has a slip in it."""
    signs = _signs(typed)
    if len(signs) != _SIGNS + 1 or any(sign not in SIGNS for sign in signs) or _check(signs[:-1]) != signs[-1]:
        return None
    return f"{signs[:5]}-{signs[5:]}"


def has_a_slip(typed: str) -> bool:
    """Whether `typed` looks like a code and is none: as long as one, with a sign that is wrong."""
    signs = _signs(typed)
    return len(signs) == _SIGNS + 1 and signs.isascii() and signs.isalnum() and read_code(typed) is None


def _signs(typed: str) -> str:
    """The signs in what was typed, also in the full-width forms of Chinese input methods (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", typed).upper().translate(_BETWEEN).translate(_READ_AS)


def _check(signs: str) -> str:
    """A weighted sum modulo a prime: any one wrong sign and any two neighbours swapped change it, but for 0 and Z."""
    return SIGNS[sum((place + 2) * SIGNS.index(sign) for place, sign in enumerate(signs)) % _PRIME]


def qr_rows(code: str) -> tuple[str, ...]:
    """`code` as a QR code: rows of `0` and `1`, 21 signs each, without the quiet zone. Raises ImportError."""
    import segno  # noqa: PLC0415 - of the extra `print`, 100 ms

    # One mask for all: weighing the eight of them takes nine tenths of the time, and any can be read.
    made = segno.make_qr(code, version=1, error="q", mode="alphanumeric", mask=3)
    return tuple("".join(map(str, row)) for row in made.matrix)
