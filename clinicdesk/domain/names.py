"""Names as they are compared: case, accents and punctuation gone, one wrong letter forgiven.

What a person typed is kept literally everywhere; the folded forms here serve searching and nothing else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_WORDS = 8
"""Words of one name that are searched by; a longer name is found by its first ones."""

SHORTEST_TYPO = 3
"""Letters from which on a wrong one is forgiven."""

SHORTEST_PREFIX_TYPO = 4
"""Letters from which on a wrong one is forgiven in a name that is not typed to its end."""

TYPO_REACH = 6
"""Letters of a name that its variants are made of (the "prefix length" of symmetric deletion); the rest is compared."""

_APOSTROPHES = "'`\u2018\u2019\u02bc\u02bb\u00b4\u2032"
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ə": "e",
        **dict.fromkeys(_APOSTROPHES),
    }
)
"""What decomposition leaves alone. An apostrophe joins (O'Brien is "obrien"); other punctuation parts."""


def fold(text: str) -> str:
    """``text`` in small letters without accents, its words parted by single spaces.

    Letters and digits of every script stay. "José Núñez-O'Neill" is "jose nunez oneill"; "Weiß" is "weiss".
    """
    lower = text.casefold()
    if lower.isascii() and lower.isalnum():
        return lower
    parted = unicodedata.normalize("NFKD", lower.translate(_LETTERS)).casefold().translate(_LETTERS)
    kept = (c if c.isalnum() else " " for c in parted if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@dataclass(frozen=True, slots=True)
class NameKey:
    """One way into a name: by ``word``, with ``mate`` beside it.

    ``of_family`` tells which part ``word`` belongs to; ``lead`` marks the one key of each word that a search by that word
    alone uses.
    """

    word: str
    mate: str
    of_family: bool
    lead: bool


def name_keys(given: str, family: str) -> tuple[NameKey, ...]:
    """Every way into a name: each word with each other word beside it.

    A family name of several words can also be typed as one ("delacruz"), so that counts as a word too.
    """
    words = name_words(given, family)
    keys: dict[tuple[str, str, bool], NameKey] = {}
    for here, (word, of_family) in enumerate(words):
        mates = [mate for there, (mate, _part) in enumerate(words) if there != here] or [""]
        best = next((mate for mate, part in words if part is not of_family), mates[0])
        for mate in mates:
            keys.setdefault((word, mate, of_family), NameKey(word, mate, of_family, mate == best))
    return tuple(keys.values())


def name_words(given: str, family: str) -> list[tuple[str, bool]]:
    """The folded words of a name, in order, with whether each is of the family name."""
    first, last = fold(given).split(), fold(family).split()
    joined = ["".join(last)] if len(last) > 1 else []
    return [(word, False) for word in first[:MOST_WORDS]] + [
        (word, True) for word in (last + joined)[:MOST_WORDS]
    ]


def without_one(word: str) -> Iterator[str]:
    """``word`` with each letter left out in turn."""
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def typo_targets(word: str) -> Iterator[str]:
    """What a mistyped beginning of ``word`` is compared with: its first 3, 4, 5 letters, and all of it."""
    for length in range(SHORTEST_TYPO, TYPO_REACH):
        if length < len(word):
            yield word[:length]
    yield word


def typo_rows(words: Iterable[str]) -> set[tuple[str, str]]:
    """(variant, target) for each distinct word: a target under itself and under itself with one letter left out.

    Two words within one insertion, deletion, substitution or transposition share a variant (symmetric deletion), so that a
    typo is found by looking up the variants of what was typed.
    """
    rows: set[tuple[str, str]] = set()
    for word in words:
        for target in typo_targets(word):
            start = target[:TYPO_REACH]
            rows.add((start, target))
            rows.update((variant, target) for variant in without_one(start))
    return rows


def typo_probes(typed: str) -> tuple[str, ...]:
    """The variants under which the targets of a mistyped word stand."""
    if len(typed) < SHORTEST_TYPO:
        return ()
    start = typed[:TYPO_REACH]
    return tuple(dict.fromkeys((start, *without_one(start))))


def near(typed: str, target: str) -> bool:
    """Whether ``typed`` is at most one slip away from ``target`` or, if long enough, from a beginning of it.

    A slip is a letter too many, too few, a wrong one, or two neighbours swapped.
    """
    if len(typed) < SHORTEST_TYPO:
        return False
    if len(typed) < SHORTEST_PREFIX_TYPO:
        return within_one(typed, target)
    same = 0
    for mine, theirs in zip(typed, target, strict=False):
        if mine != theirs:
            break
        same += 1
    rest, there = typed[same:], target[same:]
    return (
        there.startswith(rest[1:])  # one too many; or nothing left of what was typed
        or there[1:].startswith(rest[1:])  # a wrong one
        or there[1:].startswith(rest)  # one too few
        or (rest[1:2] + rest[:1] == there[:2] and there[2:].startswith(rest[2:]))  # two swapped
    )


def within_one(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or transposition at most leads from ``a`` to ``b``."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    shortest = min(len(a), len(b))
    while start < shortest and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        return rest_a[1:] == rest_b[1:] or (rest_a[1::-1] == rest_b[:2] and rest_a[2:] == rest_b[2:])
    return rest_a[1:] == rest_b if len(a) > len(b) else rest_a == rest_b[1:]


def similar(given: str, family: str, other_given: str, other_family: str) -> bool:
    """Whether two names could be one person's: each word of the shorter is within one slip of a word of the longer."""
    mine = [word for word, _part in name_words(given, family)]
    theirs = [word for word, _part in name_words(other_given, other_family)]
    few, many = sorted((mine, theirs), key=len)
    return bool(few) and all(any(_alike(word, other) for other in many) for word in few)


def _alike(word: str, other: str) -> bool:
    if min(len(word), len(other)) == 1:
        return word[:1] == other[:1]  # an initial
    return word == other or (len(word) >= SHORTEST_PREFIX_TYPO and within_one(word, other))
