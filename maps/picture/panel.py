"""What the map's side panel tells of an area, an actor, a tie: as text, ready to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graph.model.texts import Lang, in_language
from graph.model.vocabulary import ORGANIZATION_KINDS, PART_WORDS, SOCIAL_KINDS, UNIT_KINDS
from maps.picture.gather import DrawnTie
from maps.picture.privacy import mask_people, people_shown
from maps.picture.texts import MECHANISM_NAMES

if TYPE_CHECKING:
    from analysis.gaps.results import NeedGap
    from analysis.weak.results import WeakGrid
    from graph.model.network import Network

_KINDS = UNIT_KINDS | SOCIAL_KINDS | ORGANIZATION_KINDS


def mechanism_name(code: str, lang: Lang) -> str:
    """What a kind of tie is called."""
    name = MECHANISM_NAMES.get(code)
    return name.in_(lang) if name else code


def kind_name(kind: str | None, lang: Lang) -> str:
    """What a kind of actor is called; empty where it isn't known."""
    if kind is None:
        return ""
    return kind.replace("_", " ") if lang == "en" else _KINDS.get(kind, kind)


@lru_cache(maxsize=100_000)
def initials(name: str) -> str:
    """First letters of a name's pinyin, for search: 大院社区 -> dysq.

    Examples
    --------
    >>> initials("大院社区A区")
    'dysqaq'
    """
    from pypinyin import Style, lazy_pinyin

    found = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return "".join(c for c in found if c.isascii() and c.isalnum()).lower()


def where(network: Network, path: str | None) -> str:
    """Names of the areas above something, widest first, the root left out."""
    codes = [code for code in (path or "").split("/") if code]
    return " › ".join(network.name_of.get(code, code) for code in codes[1:-1])


def area_title(network: Network, area: str | None) -> str:
    """Name of an area with the areas above it, the root left out: 孝南区书院街道大院社区."""
    path = network.path_of.get(area or "")
    if not path:
        return ""
    codes = [code for code in path.split("/") if code]
    return "".join(network.name_of.get(code, code) for code in codes[1:] or codes)


def short_name(name: str, parent: str) -> str:
    """A grid's name without its community's: 大院社区第一网格 in 大院社区 is 第一网格.

    Examples
    --------
    >>> short_name("大院社区第一网格", "大院社区"), short_name("大院社区", "大院社区")
    ('第一网格', '大院社区')
    >>> short_name("大院1号网格", "大院社区")
    '1号网格'
    """
    if name == parent:
        return name
    parent = place_label(parent)
    for lead in (parent, parent.removesuffix("社区").removesuffix("村")):
        if len(lead) > 1 and name.startswith(lead) and len(name) > len(lead) + 1:
            return name[len(lead) :]
    return name


def place_label(name: str) -> str:
    """A community's or village's name without its committee, for labels.

    Examples
    --------
    >>> place_label("书院社区居委会"), place_label("李湾村委会"), place_label("书院街道")
    ('书院社区', '李湾村', '书院街道')
    """
    for suffix, short in (
        ("社区居民委员会", "社区"),
        ("社区居委会", "社区"),
        ("村民委员会", "村"),
        ("村委会", "村"),
    ):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix).removesuffix(short) + short
    return name


def actor_label(name: str, places: Sequence[str]) -> str:
    """A body's name for a label: without a leading city or district, and legal suffix.

    Examples
    --------
    >>> actor_label("孝感市大众超市有限责任公司", ["孝感市"]), actor_label("孝感学院", ["孝感市"])
    ('大众超市', '孝感学院')
    """
    for place in places:
        if name.startswith(place) and len(name) > len(place) + 2:
            name = name[len(place) :]
    for suffix in ("有限责任公司", "股份有限公司", "有限公司"):
        if name.endswith(suffix) and len(name) > len(suffix) + 2:
            return name.removesuffix(suffix)
    return name


def number(value: float | int | None, w: Mapping[str, str]) -> str:
    """A number as the panel shows it: unknown is said, never zero."""
    if value is None:
        return w["unknown"]
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def measures(area: WeakGrid, lang: Lang, w: Mapping[str, str]) -> list[tuple[str, str]]:
    """Lines of an area's measures, as (name, value)."""

    def yes_no(value: bool | None) -> str:
        return w["unknown"] if value is None else w["yes" if value else "no"]

    def people(value: int | None) -> str:
        return people_shown(value, lang) or w["unknown"]

    return [
        (w["residents"], number(area.residents, w)),
        (w["partners"], number(area.partners, w)),
        (w["partner_kinds"], number(area.partner_kinds, w)),
        (w["partners_per_1000"], number(area.partners_per_1000, w)),
        (w["members"], people(area.members)),
        (w["volunteers"], people(area.volunteers)),
        (w["cut"], "≥ 5" if area.cut == 5 else number(area.cut, w)),
        (w["in_main"], yes_no(area.in_main)),
        (w["component_areas"], number(area.component_areas, w)),
        (w["reach_4"], number(area.reach_4, w)),
        (w["lapsed_count"], w["unknown"] if area.lapsed is None else str(len(area.lapsed))),
        (w["rank"], number(area.rank, w)),
    ]


def unnamed(text: str, names: Iterable[str], w: Mapping[str, str]) -> str:
    """A sentence with the names of bodies outside the map replaced.

    Examples
    --------
    >>> unnamed("大院中学已有共建关系", ["大院中学"], {"outside": "区外单位 {n} 家"})
    '区外单位 1 家已有共建关系'
    """
    for name in sorted(names, key=lambda n: (-len(n), n)):
        text = text.replace(name, w["outside"].replace("{n}", "1"))
    return text


def reason_texts(
    area: WeakGrid, hidden: Iterable[str], lang: Lang, w: Mapping[str, str]
) -> list[str]:
    """An area's reasons as a map may tell them; `hidden` are names of bodies outside it."""
    names = list(hidden)
    return [unnamed(mask_people(in_language(reason, lang)), names, w) for reason in area.reasons]


def need_line(
    need: NeedGap, hidden: Iterable[str], lang: Lang, w: Mapping[str, str]
) -> dict[str, str]:
    """One need for the panel; `hidden` are names of bodies outside the map."""
    return {
        "name": need.name,
        "status": PART_WORDS[need.status].in_(lang),
        "explain": unnamed(in_language(need.explain, lang), hidden, w),
    }


class Evidence:
    """Sheets that the drawn ties come from, numbered as they are met."""

    def __init__(self, network: Network) -> None:
        self._files = {
            key: "｜".join(part for part in (file, sheet) if part) or key
            for key, file, sheet in network.datasets.select("key", "file", "sheet").iter_rows()
        }
        self.sources: list[str] = []
        self._at: dict[str, int] = {}

    def cells(self, evidence: Sequence[str]) -> list[tuple[int, int]]:
        """Source number and row of each `DATASET:ROW` text."""
        found = []
        for text in evidence:
            dataset, _, row = text.rpartition(":")
            if dataset not in self._at:
                self._at[dataset] = len(self.sources)
                self.sources.append(self._files.get(dataset, dataset))
            found.append((self._at[dataset], int(row) if row.isdigit() else 0))
        return found


def tie_line(tie: DrawnTie, evidence: Evidence) -> dict[str, Any]:
    """One tie for the panel."""
    line: dict[str, Any] = {
        "m": tie.mechanism,
        "a": tie.a,
        "b": tie.b,
        "state": "alive" if tie.alive else "lapsed",
    }
    dates = (("from", tie.valid_from), ("to", tie.valid_to), ("sign", tie.last_sign))
    line.update((key, day) for key, day in dates if day)
    if tie.derived:
        line["derived"] = True
    if tie.evidence and not tie.derived:
        line["src"] = evidence.cells(tie.evidence)
    return line
