"""What to know about a result as a whole before reading its rows."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from analysis.policy import Policy
from graph.model.labels import AREA_LABELS, LEVEL_LABEL, Level
from graph.model.network import Network
from graph.model.record import Record
from graph.model.vocabulary import LEVEL_WORDS

TEMPLATES: dict[str, tuple[str, str]] = {
    "no_ties": (
        "到{date}没有一条有效的共建关系，结论只说明已交来的台账。",
        "On {date} no tie is alive: the verdicts only tell what was handed in.",
    ),
    "level_too_fine": (
        "有效的共建关系中只有{share}写明到{level_zh}，不足{least}；现有数据适合按{better_zh}判断"
        "（--level {better}）。",
        "Only {share} of the alive ties name a {level}, less than {least}: these data can bear "
        "the level {better} (--level {better}).",
    ),
    "no_level": (
        "有效的共建关系中只有{share}写明到{level_zh}，不足{least}，也没有更适合的层级。",
        "Only {share} of the alive ties name a {level}, less than {least}, and no other level "
        "does better.",
    ),
    "not_covered": (
        "有{count}个{level_zh}没有交来共建台账，列为数据不足；没有数据不等于薄弱。",
        "No tie data were handed in for {count} {level}(s): unknown, which isn't weak.",
    ),
    "undated": (
        "有{count}条共建关系没有任何日期，暂按有效计算。",
        "{count} tie(s) bear no date and are taken as alive.",
    ),
    "activity_unknown": (
        "有{count}人次的党员、志愿者没有服务和登记日期，没有计入活跃人数。",
        "{count} member(s) or volunteer(s) bear no date and don't count as active.",
    ),
    "synthetic": (
        "含有生成的演示数据（{count}张表），不代表真实情况。",
        "Contains synthetic data ({count} sheet(s)): not the real state of affairs.",
    ),
}
"""Code -> text in zh and en."""
_COARSER: tuple[Level, ...] = ("community", "street", "district")


class Note(Record):
    """Something to know about the result as a whole."""

    code: str
    zh: str
    en: str


def notes_on(city: LayeredCity) -> tuple[Note, ...]:
    """The notes that apply, in a fixed order.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from graph.model.wanted import WantedGraph
    >>> notes_on(LayeredCity(Network.from_wanted(WantedGraph(), as_of="2019-08-01"), Policy()))
    ()
    """
    return () if city.day is None else tuple(_notes(city.network, city.layers, city.policy))


def _notes(network: Network, layers: TieLayers, policy: Policy) -> Iterator[Note]:
    level_zh, level, _ = LEVEL_WORDS[layers.level]
    words: dict[str, object] = {"level": level, "level_zh": level_zh, "date": layers.date}
    if synthetic := network.datasets["synthetic"].fill_null(False).sum():
        yield _note("synthetic", words | {"count": synthetic})
    if layers.areas.is_empty():
        return
    shares = level_shares(network, layers)
    if shares is None:
        yield _note("no_ties", words)
    elif shares[layers.level] < policy.level_share_min:
        words |= {"share": f"{shares[layers.level]:.0%}", "least": f"{policy.level_share_min:.0%}"}
        better = [x for x in _COARSER if shares.get(x, 0) >= policy.level_share_min]
        if better:
            words |= {"better": better[0], "better_zh": LEVEL_WORDS[better[0]][0]}
        yield _note("level_too_fine" if better else "no_level", words)
    for code, count in (
        ("not_covered", (~layers.areas["covered"]).sum()),
        ("undated", layers.alive["undated"].sum()),
        ("activity_unknown", int(layers.activity_unknown.sum())),
    ):
        if count:
            yield _note(code, words | {"count": count})


def _note(code: str, words: dict[str, object]) -> Note:
    zh, en = TEMPLATES[code]
    return Note(code=code, zh=zh.format_map(words), en=en.format_map(words))


def level_shares(network: Network, layers: TieLayers) -> dict[Level, float] | None:
    """Share of the alive ties that name an area of the level judged, and of each coarser one.

    A tie names an area where it goes to the area or to one below; at a coarser level also where
    it goes to a hub that sits there. None where no tie is alive.
    """
    if layers.alive.is_empty():
        return None
    ranks = {str(label): rank for rank, label in enumerate(AREA_LABELS)}
    rank_of = {
        code: ranks[label] for code, label in network.areas.select("key", "label").iter_rows()
    }
    own = ranks[LEVEL_LABEL[layers.level]]
    judged = [pl.col(side).is_between(0, layers.areas.height - 1) for side in ("a", "b")]
    placed = [
        pl.col(f"{side}_place").replace_strict(rank_of, default=-1, return_dtype=pl.Int64)
        for side in ("a", "b")
    ]
    ends = layers.alive.select(pl.any_horizontal(judged).alias("own"), *placed)
    shares: dict[Level, float] = {layers.level: _share(ends["own"])}
    for level in _COARSER:
        if ranks[LEVEL_LABEL[level]] < own:
            finest = ends.select(pl.max_horizontal("a_place", "b_place")).to_series()
            shares[level] = _share(ends["own"] | (finest >= ranks[LEVEL_LABEL[level]]))
    return shares


def _share(column: pl.Series) -> float:
    return float(column.sum()) / len(column)
