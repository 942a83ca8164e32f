"""Why a tie is recommended, and why not one with somebody nearer, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.gaps.texts import Words
from analysis.layers.edits import TieEnds
from analysis.recommend.ground import Ground
from analysis.recommend.order import OrderStep
from analysis.recommend.results import Lift, lift_words
from analysis.recommend.worth import worth_of
from graph.model.labels import Label

_SHOWN = 3
_COMPARED = 30
"""Nearer actors, the nearest first, that are compared one by one."""
_NEAR = (
    ("就在其中", "sits in it"),
    ("同在一个社区", "sits in the same community"),
    ("同在一个街道", "sits in the same street"),
)
_TRIADS_EN = {
    "三方": "triad of residents' committee, property company and owners' committee",
    "三社": "triad of community, social organisation and social workers",
}
_REASONS: dict[str, tuple[str, str]] = {
    "tied": ("{n}家已有联系", "{n} tied to it already"),
    "full": ("{n}家联系数已达上限", "{n} with as many ties as they can look after"),
    "forbidden": ("{n}家已排除", "{n} excluded"),
    "chosen": ("{n}家已列入另外的建议", "{n} taken by other recommendations"),
    "nothing": (
        "{n}家补不上缺口，也帮不上脱离薄弱",
        "{n} that would close nothing and lift nothing",
    ),
    "less": ("{n}家能起的作用较小", "{n} that would bring less"),
    "equal": ("{n}家作用相同", "{n} that would bring as much"),
    "rest": ("另{n}家没有逐一比较", "{n} more not compared one by one"),
}
"""Why a nearer actor isn't the one -> text, in the order told."""


class Teller:
    """Sentences about the ties chosen of one city."""

    def __init__(self, ground: Ground, chosen: Sequence[TieEnds]) -> None:
        self.ground, self.chosen = ground, list(chosen)
        self.names = ground.network.name_of
        self.taken = Counter(tie.actor for tie in chosen)
        self.whole = worth_of(ground, self.chosen).objective

    def why(self, step: OrderStep, lifts: Sequence[Lift], renews: bool) -> Words:
        """What the tie brings."""
        tie = step.tie
        zh, en = [], []
        for told in (
            self._gap(step),
            self._reached(step),
            self._lifted(lifts),
            self._closed(step),
        ):
            if told is not None:
                zh.append(told.zh)
                en.append(told.en)
        others = [a for a in sorted(step.supports) if a not in step.lifted]
        if others:
            named = self._listed([self._area(a) for a in others])
            zh.append(f"少了这一条，{named.zh}仍然薄弱")
            en.append(f"without it {named.en} would stay weak")
        if renews:
            zh.append("双方有过共建，属于续签")
            en.append("they had a tie that lapsed")
        if tie.target in self.ground.uncovered:
            zh.append("对方没有报送共建台账，请先核实是否已有联系")
            en.append("no tie data were handed in there: ask first whether they are tied")
        near_zh, near_en = self._near(tie)
        actor, target = self.names.get(tie.actor, tie.actor), self.label(tie.target)
        return Words(
            zh=f"{actor}{near_zh}，与{target}建立共建：{'；'.join(zh)}。",
            en=f"{actor} ({near_en}) and {target}: {'; '.join(en)}.",
        )

    def _near(self, tie: TieEnds) -> tuple[str, str]:
        steps = self.ground.steps(tie)
        return _NEAR[steps] if steps < len(_NEAR) else ("在同一片区域", "sits in the same area")

    def _gap(self, step: OrderStep) -> Words | None:
        lists = self.ground.lists
        more = {n: amount for n, amount in step.amounts.items() if amount > 0}
        less = -sum(amount for amount in step.amounts.values() if amount < 0)
        if not more:
            return None
        told = [
            f"{lists.needs[n].name} {lists.scale.number(amount)}{lists.needs[n].unit or ''}"
            for n, amount in more.items()
        ]
        named = self._listed(told)
        zh = f"补上{len(more)}项需求的缺口（{named.zh}）"
        en = f"closes the gap of {len(more)} need(s) ({named.en})"
        if less:
            zh += f"，另有{lists.scale.number(less)}转给更急的需求"
            en += f", {lists.scale.number(less)} of others' goes to more urgent ones"
        return Words(zh=zh, en=en)

    def _reached(self, step: OrderStep) -> Words | None:
        if not step.reached:
            return None
        named = self._listed([self.ground.lists.needs[n].name for n in sorted(step.reached)])
        return Words(
            zh=f"接通{len(step.reached)}项数量不明的需求（{named.zh}）",
            en=f"reaches {len(step.reached)} need(s) of unknown quantity ({named.en})",
        )

    def _lifted(self, lifts: Sequence[Lift]) -> Words | None:
        if not lifts:
            return None
        told = [lift_words(lift, self.label(lift.area)) for lift in lifts]
        return Words(zh="、".join(w.zh for w in told), en=", ".join(w.en for w in told))

    def _closed(self, step: OrderStep) -> Words | None:
        if not step.triads:
            return None
        found = [self.ground.triads.found[at] for at in sorted(step.triads)]
        told = [f"{self.names.get(t.code, t.code)}的{t.triad}" for t in found]
        english = [f"{_TRIADS_EN[t.triad]} of {self.names.get(t.code, t.code)}" for t in found]
        return Words(
            zh=f"补齐{'、'.join(told)}所差的一条",
            en=f"is the last missing tie of the {', '.join(english)}",
        )

    def _listed(self, names: Sequence[str]) -> Words:
        shown = list(dict.fromkeys(names))
        more = len(shown) - _SHOWN
        zh, en = "、".join(shown[:_SHOWN]), ", ".join(shown[:_SHOWN])
        return Words(zh=zh, en=en) if more <= 0 else Words(zh=f"{zh}等", en=f"{en}, …")

    def _area(self, at: int) -> str:
        return self.label(self.ground.layers.codes[at])

    def label(self, code: str) -> str:
        """Name of an area, a grid's after its community's: 第一网格 alone says nothing."""
        name, path = self.names.get(code, code), self.ground.places.path.get(code, ())
        if self.ground.places.label.get(code) != Label.GRID or len(path) < 2:
            return name
        above = self.names.get(path[-2], "")
        return name if name.startswith(above[:2]) else above + name

    # ------------------------------------------------------------------ nearer ones

    def why_not_nearer(self, tie: TieEnds) -> Words:
        """What keeps the actors that sit nearer to the target from being the one."""
        counts = Counter(self._reasons(tie))
        if not counts:
            return Words(zh="没有更近的单位。", en="Nobody sits nearer.")
        told = [(zh, en, counts[code]) for code, (zh, en) in _REASONS.items() if counts[code]]
        total = sum(counts.values())
        return Words(
            zh=f"更近的有{total}家：{'，'.join(zh.format(n=n) for zh, _, n in told)}。",
            en=f"{total} sit nearer: {', '.join(en.format(n=n) for _, en, n in told)}.",
        )

    def _reasons(self, tie: TieEnds) -> list[str]:
        ground = self.ground
        own = ground.steps(tie)
        nearer = sorted(
            (ground.steps(other), other.actor, other)
            for actor in ground.actors_near(tie.target)
            if actor != tie.actor and ground.steps(other := TieEnds(actor, tie.target)) < own
        )
        rest = [other for other in self.chosen if other != tie]
        without = worth_of(ground, rest).objective
        found = []
        compared = 0
        for _, actor, other in nearer:
            code = self._barred(other)
            if code is None and compared >= _COMPARED:
                code = "rest"
            elif code is None:
                compared += 1
                spare = ground.rules.spare[actor]
                worth = worth_of(ground, [*rest, other]).objective
                if self.taken[actor] >= spare:
                    code = "chosen"
                elif worth <= without:
                    code = "nothing"
                else:
                    code = "less" if worth < self.whole else "equal"
            found.append(code)
        return found

    def _barred(self, tie: TieEnds) -> str | None:
        rules = self.ground.rules
        if tie in self.chosen:
            return "chosen"
        if tie.target in self.ground.links.areas.get(tie.actor, ()):
            return "tied"
        if tie.actor not in rules.spare:
            return "full"
        return None if rules.may(*tie) else "forbidden"
