"""Names that a person typed, resolved to the keys of actors, areas and ties."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from graph.model.errors import UnknownId
from graph.model.labels import ACTOR_LABELS, AREA_LABELS, Label

if TYPE_CHECKING:
    from graph.model.network import Network

Actor = tuple[str, str]
"""Key and label of an actor: keys are unique per label only."""

End = tuple[str, str]
"""Key and label of what a tie ends in: an actor or an area."""

_SHOWN = 5


class Ids:
    """What a network's actors and areas are called: keys first, then names."""

    def __init__(self, network: Network) -> None:
        self.labels: dict[str, list[str]] = defaultdict(list)
        self.by_name: dict[str, list[End]] = defaultdict(list)
        for table in (network.areas, network.actors):
            for key, label, name in table.select("key", "label", "name").iter_rows():
                self.labels[key].append(label)
                self.by_name[name or key].append((key, label))

    def parted(self, text: str, option: str = "add") -> tuple[str, str]:
        """`A:B` as A and B: at the first colon that leaves two known ids or names.

        Raises
        ------
        UnknownId
            If there is no colon.
        """
        told = text.replace("：", ":")
        cuts = [at for at, sign in enumerate(told) if sign == ":" and 0 < at < len(told) - 1]
        pairs = [(text[:at].strip(), text[at + 1 :].strip()) for at in cuts]
        if not pairs:
            raise UnknownId(
                f"--{option} {text}：请写成 单位:区域（编号或名称，中间用冒号）",
                f"--{option} {text}: write it as ACTOR:AREA, ids or names with a colon between",
            )
        known = [pair for pair in pairs if all(x in self.labels or x in self.by_name for x in pair)]
        return (known or pairs)[0]

    def actor(self, text: str, option: str) -> Actor:
        """The one actor of a key or name."""
        return self._one(text, option, frozenset(map(str, ACTOR_LABELS)), "单位或组织", "actor")

    def area(self, text: str, option: str) -> str:
        """Code of the one area of a code or name."""
        return self._one(
            text, option, frozenset(map(str, AREA_LABELS)), "关系或区域", "tie or area"
        )[0]

    def end(self, text: str, option: str) -> End:
        """The one area or actor of a key or name."""
        return self._one(
            text, option, frozenset(map(str, Label)), "区域、单位或组织", "area or actor"
        )

    def _one(self, text: str, option: str, labels: frozenset[str], zh: str, en: str) -> End:
        wanted = text.strip()
        by_key = [(wanted, label) for label in self.labels.get(wanted, ()) if label in labels]
        found = by_key or [end for end in self.by_name.get(wanted, ()) if end[1] in labels]
        if len(found) == 1:
            return found[0]
        if not found:
            raise UnknownId(
                f"--{option}：没有编号或名称为“{wanted}”的{zh}；请核对",
                f"--{option}: no {en} of the id or name “{wanted}”; check it",
            )
        shown = "、".join(key for key, _ in sorted(found)[:_SHOWN])
        raise UnknownId(
            f"--{option}：“{wanted}”有{len(found)}个（{shown}）；请改用编号",
            f"--{option}: “{wanted}” names {len(found)} ({shown}); give the id",
        )
