"""Judging the city for a command: once, kept to the area that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.areas import NamedArea, prefix_of
from cli.call import Call
from graph.model.vocabulary import PART_WORDS

if TYPE_CHECKING:
    from analysis.city import City
    from analysis.weak.results import Verdict
    from graph.model.network import Network

STYLES: dict[str, str] = {
    "isolated": "bold red",
    "hub_only": "red",
    "detached": "red",
    "single_thread": "yellow",
    "thin": "cyan",
    "narrow": "cyan",
    "adequate": "green",
    "unknown": "dim",
}
"""Style of a verdict on a terminal."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The city, and the area asked for (None = the whole city)."""

    city: City
    place: NamedArea | None

    @property
    def network(self) -> Network:
        """The whole city's network."""
        return self.city.network

    @property
    def area(self) -> str | None:
        """Code of the area asked for."""
        return self.place.code if self.place else None


def judge(call: Call) -> Judged:
    """Read the city and judge it at the call's date and level."""
    with call.store() as store:
        network = call.network(store)
    place = prefix_of(network, call.area)
    return Judged(city_of(call, network).judged(), place)


def city_of(call: Call, network: Network) -> City:
    """The city at the call's policy, date and level; nothing is judged yet."""
    from analysis.city import City

    return City(network, call.policy(), call.on, call.level)


def verdict_word(call: Call, verdict: Verdict) -> str:
    """The word for a verdict.

    Examples
    --------
    >>> verdict_word(Call(), "hub_only"), verdict_word(Call(lang="en"), "hub_only")
    ('单靠组织', 'hub only')
    """
    from analysis.weak.results import VERDICTS

    return call.say(*VERDICTS[verdict])


def part_word(call: Call, part: str) -> str:
    """The word for a part of a need."""
    return call.say(PART_WORDS[part][0], part)
