"""The layers of a city with some ties changed, made out of those at hand instead of anew."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from analysis.layers.day_tables import end_table, place_table, recorded_ties, with_ends
from analysis.layers.edits import Edits, with_rows
from analysis.layers.layers import TieLayers
from analysis.layers.pairs import pairs_of
from analysis.policy import Policy
from graph.model.network import Network


def edited_layers(
    layers: TieLayers, changed: Network, policy: Policy, edits: Edits
) -> TieLayers | None:
    """The layers of the changed network, equal to those made anew in every measure.

    An actor that withdraws stays in the table, without a tie: it changes no measure. None
    where a key of such an actor is another's too, which the rows here couldn't tell apart.

    Parameters
    ----------
    layers
        Of the network before. Not changed.
    changed
        What `analysis.layers.edits.changed_network` gives for the same edits.
    """
    keys = sorted({key for key, _ in edits.actors})
    if layers.actors.filter(pl.col("key").is_in(keys)).height != len(edits.actors):
        return None
    recorded = changed.ties.select("key", pl.lit(True).alias("kept"))
    ties = layers.ties.join(
        recorded, left_on="tie", right_on="key", how="left", maintain_order="left"
    ).filter(
        pl.col("kept").fill_null(False) | pl.col("derived"),
        ~pl.col("start").is_in(keys),
        ~(pl.col("end_is_actor") & pl.col("end").is_in(keys)),
    )
    again = pl.col("tie").is_in(sorted(edits.renewed))
    ties = ties.drop("kept").with_columns(
        pl.when(again).then(pl.lit("alive")).otherwise("status").alias("status"),
        pl.when(again).then(pl.lit(False)).otherwise("undated").alias("undated"),
    )
    if edits.made:
        ties = with_rows(ties, _new_rows(layers, changed, policy, edits), "tie")
    graph = pairs_of(ties, layers.areas.height, layers.actors.height)
    return replace(layers, ties=ties, graph=graph)


def _new_rows(layers: TieLayers, changed: Network, policy: Policy, edits: Edits) -> pl.DataFrame:
    """Rows of the ties that are made, as `tie_layers` would have them."""
    made = changed.ties.filter(pl.col("key").is_in(sorted(edits.made)))
    places = place_table(changed, layers.level)
    ends = end_table(changed, layers.actors, places, layers.level, layers.areas.height)
    return with_ends(recorded_ties(replace(changed, ties=made), policy, layers.date), ends)


def touched_areas(layers: TieLayers, edited: TieLayers) -> set[str]:
    """Areas that a changed tie has to do with, itself or by way of the area above."""
    columns = ["tie", "status", "undated", "start", "end", "a", "a_place", "b", "b_place"]
    old, new = layers.ties.select(columns), edited.ties.select(columns)
    differing = pl.concat(
        [
            ties.join(others, on=columns, how="anti", nulls_equal=True)
            for ties, others in ((old, new), (new, old))
        ]
    )
    codes = layers.codes
    touched = {
        codes[vertex]
        for column in ("a", "b")
        for vertex in differing[column].unique().to_list()
        if 0 <= vertex < len(codes)
    }
    touched |= {*differing["a_place"].drop_nulls(), *differing["b_place"].drop_nulls()}
    below = layers.areas.filter(pl.col("parent").is_in(sorted(touched)))["code"]
    return touched.union(below)


def touched_ends(layers: TieLayers, edits: Edits) -> set[str]:
    """Keys of the ends of all ties that come, go or change, and of actors that withdraw."""
    gone = sorted(key for key, _ in edits.actors)
    ties = layers.ties.filter(
        pl.col("tie").is_in(sorted(edits.ties | edits.renewed))
        | pl.col("start").is_in(gone)
        | pl.col("end").is_in(gone)
    )
    made = {key for ends in edits.made.values() for key, _ in ends}
    return {*gone, *ties["start"], *ties.filter("end_is_actor")["end"], *made}
