"""Why an area has its verdict, in sentences a planner can act on, with the evidence by id.

Every sentence is built from one template per code, in Chinese and English, and carries the
keys of the ties, actors and areas that it speaks of, at most `EVIDENCE_MAX` of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.policy import Policy
from graph.model.labels import Level
from graph.model.record import Record
from graph.model.vocabulary import KIND_WORDS, LEVEL_WORDS, SHEET_WORDS

EVIDENCE_MAX = 20

TEMPLATES: dict[str, tuple[str, str]] = {
    "unknown": (
        "{whose}没有交来{sheets}，{here}的共建情况不明，暂不判断强弱。",
        "No sheet of {sheets_en} was handed in for {whose_en}: how the {level} is connected "
        "is unknown, and not judged.",
    ),
    "isolated": (
        "{here}没有共建单位，没有活跃的报到党员和志愿者，也没有可以依托的社区或组织共建关系。",
        "The {level} has no partner and no active member or volunteer, and there is no tie to "
        "it, to the area above, or to an organisation that holds either.",
    ),
    "hub_only": (
        "{here}没有直接的共建单位，目前只靠{support}支撑。",
        "The {level} has no partner of its own; it lives on {support_en}.",
    ),
    "detached": (
        "{here}有{partners}，但只与另外{others}个{level_zh}连成一片，没有接入共建主网络。",
        "The {level} has {partners_en}, but hangs together with {others_en} only, apart from "
        "the main network.",
    ),
    "detached_alone": (
        "{here}有{partners}，但这些单位都不联系其他{level_zh}，{here}没有接入共建主网络。",
        "The {level} has {partners_en}, but none of them leads to another {level}: it is apart "
        "from the main network.",
    ),
    "single_thread": (
        "只靠1家单位（{cut_actors}）与其他{level_zh}相连，该单位一旦退出，{here}即与共建网络断开。",
        "Only one actor ({cut_actors_en}) joins the {level} to other {levels}; if it withdraws, "
        "the {level} is cut off from the network.",
    ),
    "thin": (
        "{here}有居民{residents}人，只有{partners}，每千人{per_1000}家，低于{thin_per_1000}家。",
        "{partners_en} for {residents} residents: {per_1000} per 1,000, below {thin_per_1000}.",
    ),
    "thin_count": (
        "{here}只有{partners}，不足{thin_partners}家（居民人数不详，按单位数判断）。",
        "Only {partners_en}, fewer than {thin_partners} (judged by number, as residents are "
        "unknown).",
    ),
    "narrow": (
        "参与共建的只有{kinds}类力量（{present}），不足{narrow_kinds}类；还缺{missing}。",
        "Kinds that take part: {kinds} ({present_en}), fewer than {narrow_kinds}; missing are "
        "{missing_en}.",
    ),
    "narrow_none": (
        "共建单位的性质都不清楚，看不出有哪类力量参与，不足{narrow_kinds}类；请补填单位类别。",
        "The kind of every partner is unknown, so that fewer than {narrow_kinds} kinds are "
        "seen to take part: please add the kinds.",
    ),
    "adequate": (
        "{here}有{partners}、{kinds}类力量参与共建，至少{cut}家单位同时退出才会与其他{level_zh}断开。",
        "{partners_en} of {kinds} kinds; at least {cut} actors would have to withdraw together "
        "to cut the {level} off.",
    ),
    "few_threads": (
        "与其他{level_zh}相连要靠{cut}家单位（{cut_actors}），请重点维护。",
        "{cut} actors ({cut_actors_en}) join the {level} to other {levels}: look after them.",
    ),
    "lapsed": (
        "有{count}条共建关系已过期，或超过{stale}个月没有活动，可以续签。",
        "Lapsed (past the end, or no sign of life for {stale} months) and open to renewal: "
        "{count_en}.",
    ),
    "undated": (
        "有{count}条共建关系没有填任何日期，暂按有效计算，请补填。",
        "Without any date, taken as alive: {count_en}. Please add the dates.",
    ),
    "activity_unknown": (
        "有{count}名党员、志愿者没有服务日期和登记日期，没有计入活跃人数。",
        "Not counted as active, as no date of service or registration is known: {count_en}.",
    ),
}
"""Code -> sentence in zh and en."""


class Reason(Record):
    """One sentence about an area; `evidence` are keys of ties, actors and areas."""

    code: str
    zh: str
    en: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What `analysis.weak.weak_grids` found of one area."""

    code: str
    verdict: str
    level: Level
    parent: str | None
    parent_name: str | None
    residents: int | None
    partners_per_1000: float | None
    members: int
    volunteers: int
    activity_unknown: int
    partners: Mapping[str, Sequence[str]]
    """Key of each partner -> the alive ties to it."""
    names: Mapping[str, str]
    """Names of the actors that the sentences may name."""
    kinds: tuple[str, ...]
    """Keys of `KIND_WORDS` that are present."""
    cut: int
    cut_actors: tuple[str, ...] | None
    component_areas: int
    support: tuple[str, ...]
    """Alive ties to the area that are no partner's, to the area above, or to a hub of either."""
    lapsed: tuple[str, ...]
    undated: tuple[str, ...]


def reasons_for(facts: AreaFacts, policy: Policy) -> tuple[Reason, ...]:
    """The sentences of an area: its verdict first, then what else calls for attention.

    Examples
    --------
    >>> facts = AreaFacts(
    ...     code="g1", verdict="single_thread", level="grid", parent="C1", parent_name="大院社区",
    ...     residents=900, partners_per_1000=3.3, members=0, volunteers=0, activity_unknown=0,
    ...     partners={"H": ["t1"], "a": ["t2"], "b": ["t3"]}, names={"H": "孝感市第一医院"},
    ...     kinds=("public", "enterprise", "social"), cut=1, cut_actors=("H",),
    ...     component_areas=9, support=(), lapsed=(), undated=(),
    ... )
    >>> reason = reasons_for(facts, Policy())[0]
    >>> reason.zh
    '只靠1家单位（孝感市第一医院）与其他网格相连，该单位一旦退出，本网格即与共建网络断开。'
    >>> reason.evidence
    ('H', 't1')
    """
    return tuple(_reasons(facts, policy))


def _reasons(facts: AreaFacts, policy: Policy) -> Iterator[Reason]:
    words = _words(facts, policy)
    if facts.verdict == "unknown":
        above = () if facts.parent is None else (facts.parent,)
        yield _reason("unknown", words, (facts.code, *above))
        return
    if facts.verdict == "isolated":
        yield _reason("isolated", words, (facts.code,))
    elif facts.verdict == "hub_only":
        yield _reason("hub_only", words, facts.support or (facts.code,))
    else:
        yield from _about_partners(facts, policy, words)
    for code, ties in (("lapsed", facts.lapsed), ("undated", facts.undated)):
        if ties:
            count = {"count": len(ties), "count_en": counted(len(ties), "tie", "ties")}
            yield _reason(code, words | count, ties)
    if facts.activity_unknown:
        n = facts.activity_unknown
        count = {"count": n, "count_en": counted(n, "person", "people")}
        yield _reason("activity_unknown", words | count, (facts.code,))


def _about_partners(
    facts: AreaFacts, policy: Policy, words: Mapping[str, object]
) -> Iterator[Reason]:
    """The verdict of an area with partners, then the milder conditions that hold as well."""
    all_of_them = _with_ties(facts, facts.partners)
    held = _with_ties(facts, facts.cut_actors or ())
    if facts.verdict == "detached":
        code = "detached" if facts.component_areas > 1 else "detached_alone"
        yield _reason(code, words, all_of_them)
    elif facts.cut == 1:
        yield _reason("single_thread", words, held)
    if is_thin(len(facts.partners), facts.partners_per_1000, policy):
        code = "thin_count" if facts.partners_per_1000 is None else "thin"
        yield _reason(code, words, all_of_them)
    if len(facts.kinds) < policy.narrow_kinds:
        yield _reason("narrow" if facts.kinds else "narrow_none", words, all_of_them)
    if facts.verdict == "adequate":
        yield _reason("adequate", words, all_of_them)
    if facts.verdict != "detached" and facts.cut >= 2 and facts.cut_actors:
        yield _reason("few_threads", words, held)


def is_thin(partners: int, per_1000: float | None, policy: Policy) -> bool:
    """Whether an area has few partners for its residents; by number where these are unknown.

    Examples
    --------
    >>> is_thin(3, 3.0, Policy()), is_thin(3, 2.9, Policy()), is_thin(2, None, Policy())
    (False, True, True)
    """
    if per_1000 is None:
        return partners < policy.thin_partners
    return per_1000 < policy.thin_partners_per_1000


def _reason(code: str, words: Mapping[str, object], evidence: Iterable[str]) -> Reason:
    zh, en = TEMPLATES[code]
    en = en.format_map(words)
    return Reason(
        code=code,
        zh=zh.format_map(words),
        en=en[0].upper() + en[1:],
        evidence=tuple(evidence)[:EVIDENCE_MAX],
    )


def _with_ties(facts: AreaFacts, actors: Iterable[str]) -> tuple[str, ...]:
    """Actors, then the area's own ties to them."""
    keys = sorted(actors)
    return (*keys, *(tie for key in keys for tie in facts.partners.get(key, ())))


def _words(facts: AreaFacts, policy: Policy) -> dict[str, object]:
    level_zh, level, levels = LEVEL_WORDS[facts.level]
    here, others = f"本{level_zh}", facts.component_areas - 1
    in_parent = facts.level == "grid" and facts.parent_name is not None
    sheets = [SHEET_WORDS.get(kind, (kind, kind)) for kind in policy.coverage_kinds]
    per_1000, support = facts.partners_per_1000, list(_support(facts))
    said = [zh for zh, _ in support]
    return {
        "here": here,
        "level": level,
        "levels": levels,
        "level_zh": level_zh,
        "residents": facts.residents,
        "per_1000": "" if per_1000 is None else f"{per_1000:.2f}",
        "thin_per_1000": f"{policy.thin_partners_per_1000:g}",
        "thin_partners": policy.thin_partners,
        "narrow_kinds": policy.narrow_kinds,
        "kinds": len(facts.kinds),
        "cut": facts.cut,
        "stale": policy.stale_after_months,
    } | both(
        whose=(
            (f"{here}所在的{facts.parent_name}", facts.parent_name)
            if in_parent
            else (here, f"the {level}")
        ),
        sheets=_listed(sheets, "or"),
        partners=(
            f"{len(facts.partners)}家共建单位",
            counted(len(facts.partners), "partner", "partners"),
        ),
        others=(others, counted(others, f"other {level}", f"other {levels}")),
        present=_listed([KIND_WORDS[kind] for kind in facts.kinds]),
        missing=_listed([KIND_WORDS[kind] for kind in KIND_WORDS if kind not in facts.kinds]),
        cut_actors=_listed([(facts.names[key],) * 2 for key in facts.cut_actors or ()]),
        support=(
            "和".join(filter(None, ("、".join(said[:-1]), *said[-1:]))),
            _list([en for _, en in support], "and"),
        ),
    )


def both(**pairs: tuple[object, object]) -> dict[str, object]:
    """Words of a template: each by its name in Chinese, and with `_en` in English."""
    return {name: zh for name, (zh, _) in pairs.items()} | {
        f"{name}_en": en for name, (_, en) in pairs.items()
    }


def _listed(pairs: Sequence[tuple[str, str]], last: str = "and") -> tuple[str, str]:
    return "、".join(zh for zh, _ in pairs), _list([en for _, en in pairs], last)


def _support(facts: AreaFacts) -> Iterator[tuple[str, str]]:
    """What an area without partners lives on."""
    if facts.support:
        n = len(facts.support)
        over = LEVEL_WORDS[facts.level][0] if facts.parent_name is None else facts.parent_name
        en = f"{counted(n, 'tie', 'ties')} of {facts.parent_name or 'its hubs'} and its hubs"
        yield f"{over}及有关组织的{n}条共建关系", en
    if facts.members:
        yield f"{facts.members}名报到党员", counted(facts.members, "member", "members")
    if facts.volunteers:
        yield f"{facts.volunteers}名志愿者", counted(facts.volunteers, "volunteer", "volunteers")


def counted(n: int, one: str, many: str) -> str:
    """A number with its word.

    Examples
    --------
    >>> counted(1, "tie", "ties"), counted(2, "tie", "ties")
    ('1 tie', '2 ties')
    """
    return f"{n} {one if n == 1 else many}"


def _list(items: Sequence[str], last: str) -> str:
    """`a, b and c`."""
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
