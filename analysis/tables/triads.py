"""Triads 三方 and 三社 of communities: which parties are there, and which ties they lack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from graph.model.labels import Label

if TYPE_CHECKING:
    from analysis.tables.view import View

Pair = frozenset[str]


def alive_pairs(view: View) -> set[Pair]:
    """Keys of two ends with an alive tie: actor and area, or two actors, hubs included; all who
    take part in one linkage that goes on are tied to each other.
    """
    ties = view.layers.alive.filter(~pl.col("derived")).select("start", "end")
    found = {frozenset(ends) for ends in ties.iter_rows()}
    for event in view.events:
        if event["label"] == Label.LINKAGE and is_going_on(event, view.day):
            bodies = sorted({p["start"] for p in view.participants.get(event["key"], ())})
            found.update(frozenset(pair) for pair in combinations(bodies, 2))
    return found


def is_going_on(event: dict[str, Any], day: str) -> bool:
    """Whether a linkage or project hasn't ended by a day."""
    lasts = event["valid_to"] is None or event["valid_to"] >= day
    return lasts and event["status"] not in ("ended", "done")


def seated(view: View) -> dict[str, dict[str, list[str]]]:
    """Community -> kind of actor (social organisations as "social") -> keys, sorted."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, row in sorted(view.actors.items()):
        community = view.community_of.get(row["area"] or "")
        if community is not None:
            social = row["label"] == Label.SOCIAL_ORGANIZATION
            found[community]["social" if social else row["kind"] or ""].append(key)
    return found


def is_covered(view: View, code: str) -> bool:
    """Whether tie data were handed in for an area."""
    return any(view.told(code, kind) for kind in view.city.policy.coverage_kinds)


TriadName = Literal["三方", "三社"]

_PARTIES = ("residents_committee", "property_company", "owners_committee")

_WORKERS = "社工"


def _linkages_with_workers(view: View) -> dict[str, set[str]]:
    """Community -> bodies that take part in a going linkage of 三社 with its social workers."""
    found: dict[str, set[str]] = defaultdict(set)
    for event in view.events:
        community = view.community_of.get(event["area"] or "")
        goes_on = event["label"] == Label.LINKAGE and is_going_on(event, view.day)
        if community and goes_on and any(_WORKERS in text for text in event["also"] or ()):
            found[community] |= {p["start"] for p in view.participants.get(event["key"], ())}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TriadParties:
    """The three parties of one triad of a community, and which of them are tied."""

    code: str
    triad: TriadName
    there: tuple[bool, bool, bool]
    reach: tuple[list[str], list[str], list[str]]
    """Keys of which any one stands for the party; none for social workers, who are no body."""
    ends: tuple[str | None, str | None, str | None]
    """The key that is named for each party; None where it is no body or isn't there."""
    tied: dict[tuple[int, int], bool]
    labels: tuple[str, str, str]
    known: bool

    @property
    def open(self) -> tuple[int, int] | None:
        """The pair that isn't tied, where all are known to be there and the other two are."""
        if not self.known or not all(self.there) or sum(self.tied.values()) != 2:
            return None
        return next(pair for pair, there in self.tied.items() if not there)


def all_parties(view: View) -> Iterator[TriadParties]:
    """Both triads of every shown community."""
    pairs, seats = alive_pairs(view), seated(view)
    with_workers = _linkages_with_workers(view)
    inside: dict[str, list[str]] = defaultdict(list)
    for code, community in view.community_of.items():
        inside[community].append(code)
    for code in view.communities:
        yield _three_parties(view, code, seats[code], pairs)
        yield _three_societies(view, code, seats[code], pairs, with_workers[code], inside[code])


def _three_parties(
    view: View, code: str, here: dict[str, list[str]], pairs: set[Pair]
) -> TriadParties:
    sides = [here[kind] for kind in _PARTIES]
    reach = [*sides[0], code], sides[1], sides[2]  # the community stands for its committee
    tied = {
        (i, j): any(frozenset((a, b)) in pairs for a in reach[i] for b in reach[j])
        for i, j in combinations(range(3), 2)
    }
    words = ("居委会", "物业公司", "业委会")
    one, two, three = (
        view.names.get(side[0], word) if side else word
        for side, word in zip(sides, words, strict=True)
    )
    first, second, third = (side[0] if side else None for side in sides)
    return TriadParties(
        code=code,
        triad="三方",
        there=(bool(sides[0]), bool(sides[1]), bool(sides[2])),
        reach=reach,
        ends=(first, second, third),
        tied=tied,
        labels=(one, two, three),
        known=view.told(code, "organisations") and is_covered(view, code),
    )


def _three_societies(
    view: View,
    code: str,
    here: dict[str, list[str]],
    pairs: set[Pair],
    joined: set[str],
    areas: list[str],
) -> TriadParties:
    """`joined` are bodies in a linkage with the social workers; `areas` the community's, itself
    included.
    """
    community = [*areas, *here["residents_committee"], *here["community_party_committee"]]
    societies = here["social"]
    workers = view.areas[code]["social_workers"]
    parts = [view.areas[g]["social_workers"] for g in areas if g != code]
    if workers is None and parts and None not in parts:
        workers = sum(parts)
    tied = {
        (0, 1): any(frozenset((s, c)) in pairs for s in societies for c in community),
        (0, 2): bool(workers) or bool(joined),
        (1, 2): bool(joined & set(societies)),
    }
    told = view.told(code, "social_organisations") and is_covered(view, code)
    return TriadParties(
        code=code,
        triad="三社",
        there=(True, bool(societies), bool(workers or joined)),
        reach=(community, societies, []),
        ends=(code, societies[0] if societies else None, None),
        tied=tied,
        labels=(
            view.names.get(code, code),
            view.names.get(societies[0], "社会组织") if societies else "社会组织",
            _WORKERS,
        ),
        known=told and (workers is not None or bool(joined)),
    )


@dataclass(frozen=True, slots=True)
class OpenTriad:
    """A triad that one tie would close; a tie between the ends of any pair of `closing` does.

    Where the third party are social workers, who are no body, only a joint linkage closes it,
    and there is no pair.
    """

    code: str
    triad: TriadName
    closing: frozenset[Pair]


def open_triads(view: View) -> list[OpenTriad]:
    """The open triads of the shown communities, by community."""
    found = []
    for parties in all_parties(view):
        if parties.open is not None:
            one, other = (parties.reach[side] for side in parties.open)
            closing = frozenset(frozenset((a, b)) for a in one for b in other)
            found.append(OpenTriad(parties.code, parties.triad, closing))
    return found
