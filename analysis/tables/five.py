"""The diagnosis of an area in tables: verdicts, needs, and the five headings 五化.

Each of the problems that the case text names is a question, and each question a table. All of
them are views of one network, judged once; whoever prints them prints the same values.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from analysis.diagnosis import Diagnosis, diagnose
from analysis.layers.layers import TieLayers, tie_layers
from analysis.layers.notes import Note
from analysis.policy import Policy
from analysis.tables.needs import gaps_by_category, needs
from analysis.tables.organisation_network import network_tables
from analysis.tables.people import people_tables
from analysis.tables.support import services, support_tables
from analysis.tables.table import Table
from analysis.tables.verdicts import verdicts
from analysis.tables.view import View
from analysis.weak.results import Verdict
from graph.model.labels import Day, Level
from graph.model.network import Network


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


def five_tables(
    network: Network,
    policy: Policy,
    *,
    area: str | None = None,
    on: Day | None = None,
    level: Level = "grid",
    outside: bool = False,
    diagnosis: Diagnosis | None = None,
    layers: TieLayers | None = None,
) -> FiveTables:
    """All tables of an area.

    Parameters
    ----------
    network
        One whole city. Not changed.
    policy
        Thresholds and definitions.
    area
        Code of the area shown; None is the whole city.
    on
        The day judged; by default that of the newest sheet.
    level
        The kind of area judged. Tables of communities and grids stay such.
    outside
        Whether to withhold small cells of persons (`analysis.tables.small_cells`).
    diagnosis, layers
        Results and layers of the same network, policy, day and level, where at hand.

    Returns
    -------
    FiveTables
        Equal inputs give equal tables.

    Examples
    --------
    >>> from graph.model.wanted import WantedGraph
    >>> nothing = five_tables(Network.from_wanted(WantedGraph(), as_of=None), Policy())
    >>> nothing.table("weak_grids").rows
    ()
    """
    found = diagnosis or diagnose(network, policy, on=on, level=level)
    day = found.weak_grids.date
    layers = layers or tie_layers(network, policy, on=day or "2000-01-01", level=level)
    view = View(network, policy, layers, found, area)
    within = found.within(area) if area is not None else found
    tables = tuple(_tables(view, outside=outside))
    root = next(iter(network.areas.filter(network.areas["parent"].is_null())["key"]), None)
    shown = area or root
    return FiveTables(
        date=day,
        area=area,
        name=network.name_of.get(shown, shown) if shown else "",
        level=level,
        policy_hash=policy.digest(),
        outside=outside,
        summary=within.weak_grids.summary,
        tables=tables,
        notes=found.weak_grids.notes,
    )


def _tables(view: View, *, outside: bool) -> Iterator[Table]:
    yield verdicts(view, outside=outside)
    yield from network_tables(view)
    yield from people_tables(view, outside=outside)
    yield services(view)
    yield gaps_by_category(view)
    yield needs(view)
    yield from support_tables(view)
