"""The words by which names of persons are told, from `ingest/data/person_names.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ingest.values.personal_numbers import MASK

_DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class PersonWords:
    """Weights of characters, and words that stand beside names."""

    surnames: Mapping[str, int]
    surnames_of_two: frozenset[str]
    only_of_two: Mapping[str, int]
    middle: Mapping[str, int]
    last: Mapping[str, int]
    plain_given: frozenset[str]
    body_endings: frozenset[str]
    seldom_endings: frozenset[str]
    heads_end: frozenset[str]
    """Last characters of a body's name that may have a person's glued to it."""
    after_names: frozenset[str]
    whole: re.Pattern[str]
    """How bodies end that have no name glued to them, although one seems to stand there."""
    short_names: frozenset[str]
    """Names of bodies, places and things that look like names of persons."""
    title: re.Pattern[str]
    """A word after a name or a surname, at the end of a text."""
    title_after: re.Pattern[str]
    """The same wherever it stands; also words that follow whole names only."""
    lead: re.Pattern[str]
    """A word, or a number that was hidden, before a name, and what parts them."""
    role: re.Pattern[str]
    """A word for what somebody is, and nothing else."""
    contact: re.Pattern[str]


@lru_cache(maxsize=1)
def person_words() -> PersonWords:
    """The project's words for names of persons."""
    data = yaml.safe_load((_DATA / "person_names.yaml").read_text(encoding="utf-8"))
    titles, after = data["titles"], data["titles_of_whole_names"]
    return PersonWords(
        surnames=_weights(data["surnames"]),
        surnames_of_two=frozenset(data["surnames_of_two"]),
        only_of_two=_weights(data["only_of_two"]),
        middle=_weights(data["middle"]),
        last=_weights(data["last"]),
        plain_given=frozenset(data["plain_given"]),
        body_endings=frozenset(data["body_endings"]),
        seldom_endings=frozenset(data["seldom_endings"]),
        heads_end=frozenset(data["heads_end"] + data["body_endings"]),
        after_names=frozenset(data["after_names"]),
        whole=re.compile(f"(?:{_any(data['whole_endings'])})$"),
        short_names=_short_names(),
        title=re.compile(f"(?:{_any(titles)})$"),
        title_after=re.compile(f"[(（ 　]?(?:{_any([*titles, *after])})"),
        lead=re.compile(rf"(?:{_any([*data['leads'], MASK])})[\s:：是为叫(（“\"、-]{{0,3}}"),
        role=re.compile(_any([*titles, *after, *data["leads"]])),
        contact=re.compile(_any(data["contacts"])),
    )


def _weights(groups: Mapping[int, str]) -> dict[str, int]:
    return {sign: weight for weight, signs in groups.items() for sign in signs}


def _any(words: Iterable[Any]) -> str:
    return "|".join(map(re.escape, sorted(map(str, words), key=len, reverse=True)))


def _short_names() -> frozenset[str]:
    found: set[str] = set()
    for line in (_DATA / "short_names.txt").read_text(encoding="utf-8").splitlines():
        first, colon, rest = line.partition(": ")
        if colon and not first.startswith("#"):
            found.update(first + tail for tail in rest.split())
    return frozenset(found)
