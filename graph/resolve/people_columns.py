"""People whose rows say all at once, as columns: most of a city's.

A row of a kept dataset is taken here where its place and the body that it names are settled and
it shares no identity with another row: it is one person, and ties of its own. Everything else
goes the long way, row by row (`graph.resolve.people`); both come to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.journal.kept_rows import KeptRows, stacked, statements
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.labels import Label, SheetKind, TieType
from graph.model.rows import MemberRow, PersonRow, Statement, VolunteerRow
from graph.model.wanted import TieGroup
from graph.model.wanted_tables import short_digest
from graph.resolve.area_tree import Place
from graph.resolve.people import PersonMention
from graph.resolve.place_lookup import place_of

if TYPE_CHECKING:
    from graph.resolve.area_tree import AreaTree
    from graph.resolve.body import Body

_PLACE = tuple(f.name for f in fields(Statement) if f.name != "row")
_IDENTITIES = ("id_key", "phone_key", "unit_key")
_NAMES = ("employer", "employer_uscc", "team")
_KEPT = ("row", *_IDENTITIES, "hours", "last_service", "registered", "post")
_COLUMNS = dict.fromkeys((*_PLACE, *_KEPT, *_NAMES), pl.String) | {
    "row": pl.Int64,
    "hours": pl.Float64,
}
_SHEET = {Label.MEMBER: str(SheetKind.MEMBERS), Label.VOLUNTEER: str(SheetKind.VOLUNTEERS)}

Settled = Callable[[str | None, str | None, Place, str | None], "Body | None"]
"""The listed body that a name and a code mean in a place of a scope; None where it takes more."""


class PeopleTables:
    """The people of kept datasets, taken together.

    Parameters
    ----------
    tree, scopes
        The areas, and in which of them each dataset's names are sought.
    settled
        Which body a name means, where that is no question.
    """

    def __init__(
        self,
        datasets: Sequence[Dataset],
        tree: AreaTree,
        scopes: Mapping[str, str | None],
        settled: Settled,
    ) -> None:
        self.tree = tree
        self.infos: list[DatasetInfo] = []
        self.bodies: list[Body] = []
        self._number: dict[int, int] = {}
        parts: dict[Label, list[tuple[int, pl.DataFrame]]] = {}
        for dataset in datasets:
            rows = dataset.rows
            if isinstance(rows, KeptRows) and issubclass(rows.make, PersonRow):
                numbered = len(self.infos), rows.frame
                parts.setdefault(_label(rows.make), []).append(numbered)
                self.infos.append(dataset.info)
        self._odd = self._clear = self._alone = pl.DataFrame()
        if parts:
            scope_of = pl.Series("scope", [scopes[info.id] for info in self.infos], pl.String)
            frame = pl.concat([_whole(label, found) for label, found in parts.items()])
            self._settle(frame, scope_of.gather(frame["dataset"]), settled)

    def _settle(self, frame: pl.DataFrame, scope: pl.Series, settled: Settled) -> None:
        """Part the rows whose area and body (by number) are settled from the others.

        Only what is asked for is joined: a city's rows are wide, and few copies of them fit.
        """
        by = ["label", *_PLACE]
        asked = frame.select(by).with_columns(scope)
        by.append("scope")
        told, there = self._placed(asked.unique(maintain_order=True))
        places = _joined(asked, told, by)
        by = ["place", "scope", *_NAMES]
        asked = frame.select(_NAMES).with_columns(places["place"], scope).select(by)
        named = self._named(asked.unique(maintain_order=True), there, settled)
        names = _joined(asked, named, by)
        clear = names["settled"]
        self._odd = frame.filter(~clear)
        self._clear = frame.select(
            "dataset", "label", *_KEPT, places["area"], names["body"]
        ).filter(clear)

    def _placed(self, places: pl.DataFrame) -> tuple[pl.DataFrame, list[Place]]:
        """Each combination of place columns with its area and its number among the places."""
        found: list[Place] = []
        areas: list[str | None] = []
        for label, *texts, scope in places.iter_rows():
            row = PersonRow(row=0, **dict(zip(_PLACE, texts, strict=True)))
            place = place_of(self.tree, row, scope)
            found.append(place)
            areas.append(place.area)
            if place.problem is None:
                for code in place.named:
                    self.tree.areas[code].named_by.add(_SHEET[label])
        told = places.with_columns(
            pl.Series("area", areas, pl.String), place=pl.int_range(len(areas))
        )
        return told, found

    def _named(
        self, asked: pl.DataFrame, places: Sequence[Place], settled: Settled
    ) -> pl.DataFrame:
        """Each name in each place with the number of its body, and whether all is settled."""
        bodies: list[int | None] = []
        clear: list[bool] = []
        for number, scope, employer, uscc, team in asked.iter_rows():
            place, name = places[number], employer or team
            body = None
            if place.problem is None and (name or uscc):
                body = settled(name, uscc, place, scope)
            clear.append(place.area is not None and (body is not None or not (name or uscc)))
            bodies.append(None if body is None else self._numbered(body))
        return asked.with_columns(
            pl.Series("body", bodies, pl.Int64), pl.Series("settled", clear, pl.Boolean)
        )

    def _numbered(self, body: Body) -> int:
        number = self._number.get(id(body))
        if number is None:
            number = self._number[id(body)] = len(self.bodies)
            self.bodies.append(body)
        return number

    # ------------------------------------------------------------------ rows of the long way

    def unsettled(self) -> Iterator[tuple[DatasetInfo, PersonRow]]:
        """Rows whose place or body isn't settled, in the order of the datasets and their rows."""
        if self._odd.height:
            for frame, make in _by_label(self._odd):
                rows = statements(frame, make)
                for number, row in zip(frame["dataset"], rows, strict=True):
                    yield self.infos[number], row
        self._odd = pl.DataFrame()

    def sharing(self, others: Sequence[PersonMention]) -> list[PersonMention]:
        """Settled rows that share an identity with another one, or with one of the others: they
        are to be clustered. The rest stays.
        """
        frame, self._clear = self._clear, pl.DataFrame()
        if not frame.height:
            return []
        many = pl.Series([False]).new_from_index(0, frame.height)
        for name in _IDENTITIES:
            keys = frame[name]
            told = pl.Series(name, [getattr(m.row, name) for m in others], pl.String)
            twice = pl.concat([keys, told]).is_duplicated().head(frame.height)
            many |= twice & keys.is_not_null()
        ids = pl.Series("id", [info.id for info in self.infos], pl.String)
        mark = pl.concat_str("id", pl.lit(":"), pl.col("row").cast(pl.String)).alias("mark")
        alone = frame.filter(~many)
        self._alone = alone.with_columns(
            alone.select(ids.gather(alone["dataset"]), "row").select(mark).to_series()
        )
        found: list[PersonMention] = []
        for part, make in _by_label(frame.filter(many)):
            columns = part.select("dataset", "area", "body").iter_rows()
            for row, (number, area, body) in zip(statements(part, make), columns, strict=True):
                about = area, None if body is None else self.bodies[body]
                found.append(PersonMention((self.infos[number].id, row.row), row, about))
        return found

    # ------------------------------------------------------------------ tables

    def nodes(self) -> dict[Label, pl.DataFrame]:
        """Persons of their own, by label."""
        return {
            label: part.select(
                _PERSON_KEY,
                pl.concat_list(pl.lit(str(label).lower())).alias("roles"),
                "last_service",
                "registered",
                pl.concat_list("mark").alias("evidence"),
            )
            for label in (Label.MEMBER, Label.VOLUNTEER)
            if (part := self._of(label)).height
        }

    def ties(self) -> dict[TieGroup, pl.DataFrame]:
        """Their ties, by group; the bodies must have their keys by now."""
        labels = pl.DataFrame(
            {
                "area": list(self.tree.areas),
                "end_label": [str(area.label) for area in self.tree.areas.values()],
            },
            schema={"area": pl.String, "end_label": pl.String},
        )
        ends = pl.DataFrame(
            {
                "body": list(range(len(self.bodies))),
                "end": [body.key for body in self.bodies],
                "end_label": [str(body.label) for body in self.bodies],
            },
            schema={"body": pl.Int64, "end": pl.String, "end_label": pl.String},
        )
        found: dict[TieGroup, pl.DataFrame] = {}
        for label, to_area, to_body in (
            (Label.MEMBER, TieType.REPORTS_TO, TieType.WORKS_AT),
            (Label.VOLUNTEER, TieType.SERVES, TieType.VOLUNTEERS_WITH),
        ):
            part = self._of(label)
            if not part.height:
                continue
            placed = part.join(labels, on="area").select(
                "end_label",
                _PERSON_KEY.alias("start"),
                pl.col("area").alias("end"),
                "hours",
                pl.coalesce("last_service", "registered").alias("last_sign"),
                "post",
                pl.col("registered").alias("valid_from"),
                pl.concat_list("mark").alias("evidence"),
            )
            bound = part.join(ends, on="body").select(
                "end_label",
                _PERSON_KEY.alias("start"),
                "end",
                pl.concat_list("mark").alias("evidence"),
            )
            for type_, table in ((to_area, placed), (to_body, bound)):
                for (end_label,), ties in table.group_by("end_label"):
                    group = type_, label, Label(str(end_label))
                    rest = ties.drop("end_label")
                    found[group] = rest.select(_tie_keys(group, rest), pl.all())
        return found

    def _of(self, label: Label) -> pl.DataFrame:
        if not self._alone.height:
            return self._alone
        return self._alone.filter(pl.col("label") == str(label))


_PERSON_KEY = pl.coalesce(*_IDENTITIES, "mark").alias("key")
_STATED = ("hours", "last_sign", "post", "valid_from")
"""What makes a tie to an area, in the order of the names."""


def _label(make: type[Any]) -> Label:
    return Label.MEMBER if issubclass(make, MemberRow) else Label.VOLUNTEER


def _by_label(frame: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, type[PersonRow]]]:
    for label, make in ((Label.MEMBER, MemberRow), (Label.VOLUNTEER, VolunteerRow)):
        if (part := frame.filter(pl.col("label") == str(label))).height:
            yield part, make


def _whole(label: Label, parts: Sequence[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
    """The rows of all datasets with every column that is asked for here, and no other."""
    frame, number = stacked(parts)
    columns = [
        pl.col(name) if name in frame.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in _COLUMNS.items()
    ]
    return frame.select(columns).with_columns(number, label=pl.lit(str(label)))


def _joined(frame: pl.DataFrame, found: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return frame.join(found, on=by, how="left", nulls_equal=True, maintain_order="left")


def _tie_keys(group: TieGroup, ties: pl.DataFrame) -> pl.Series:
    """Keys as the long way makes them: from the ends and, of a tie to an area, what is stated."""
    type_, label, end_label = group
    ends = pl.concat_str(
        pl.lit(f"{type_}|{label}|"), "start", pl.lit(f"|{end_label}|"), "end", pl.lit("|")
    )
    texts = ties.select(ends).to_series().to_list()
    if "hours" in ties.columns:
        stated = ties.select(_STATED).iter_rows()
        texts = [
            text
            + "|".join([f"{n}={v!r}" for n, v in zip(_STATED, of, strict=True) if v is not None])
            for text, of in zip(texts, stated, strict=True)
        ]
    return pl.Series("key", list(map(short_digest, texts)), pl.String)
