"""The diagnosis of an area in tables: verdicts, needs, and the five headings 五化.

Each of the problems that the case text names is a question, and each question a table. All of
them are views of one network, judged once; whoever prints them prints the same values.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from analysis.city import City
from analysis.layers.notes import Note
from analysis.table import Table
from analysis.tables.needs import gaps_by_category, needs
from analysis.tables.organisation_network import network_tables
from analysis.tables.people import people_tables
from analysis.tables.support import services, support_tables
from analysis.tables.verdicts import verdicts
from analysis.tables.view import View
from analysis.weak.results import Verdict
from graph.model.labels import Day, Level


class FiveTables(BaseModel):
    """All tables of one area at one day.

    Attributes
    ----------
    area, name
        The area shown; None and the root's name for the whole city.
    outside
        Whether small cells of persons are withheld, for use outside the deployment.
    summary
        Verdict -> number of judged areas.
    """

    model_config = ConfigDict(frozen=True)

    date: Day | None
    area: str | None
    name: str
    level: Level
    policy_hash: str
    outside: bool
    summary: dict[Verdict, int]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]

    def table(self, name: str) -> Table:
        """One table by name.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        return next((t for t in self.tables if t.name == name), None) or _no_table(name)


def _no_table(name: str) -> Table:
    raise KeyError(name)


def five_tables(city: City, *, area: str | None = None, outside: bool = False) -> FiveTables:
    """All tables of an area.

    Parameters
    ----------
    city
        One whole city. Not changed. Tables of communities and grids stay such at any level.
    area
        Code of the area shown; None is the whole city.
    outside
        Whether to withhold small cells of persons (`analysis.tables.small_cells`).

    Returns
    -------
    FiveTables
        Equal inputs give equal tables.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> from analysis.policy import Policy
    >>> nothing = five_tables(City(Network.from_wanted(WantedGraph(), as_of=None), Policy()))
    >>> nothing.table("weak_grids").rows
    ()
    """
    view, network = View(city, area), city.network
    weak = city.weak if area is None else city.weak.within(area)
    tables = tuple(_tables(view, outside=outside))
    root = next(iter(network.areas.filter(network.areas["parent"].is_null())["key"]), None)
    shown = area or root
    return FiveTables(
        date=city.day,
        area=area,
        name=network.name_of.get(shown, shown) if shown else "",
        level=city.level,
        policy_hash=city.policy.digest(),
        outside=outside,
        summary=weak.summary,
        tables=tables,
        notes=weak.notes,
    )


def _tables(view: View, *, outside: bool) -> Iterator[Table]:
    yield verdicts(view, outside=outside)
    yield from network_tables(view)
    yield from people_tables(view, outside=outside)
    yield services(view)
    yield gaps_by_category(view)
    yield needs(view)
    yield from support_tables(view)
