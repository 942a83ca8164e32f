"""Whether two names mean one body: certain, doubtful or different, with the reasons.

`certain` joins by itself, so it needs more than likeness: the same credit code, or the same name
in another writing, nothing against it. `doubtful` goes to a person, with what speaks for and what
against side by side. `different` is what no person needs to look at. A score never makes certain:
第一中学 and 第二中学 are more alike than 孝感一中 and 孝感市第一高级中学.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from graph.names.likeness import abbreviates, apart, begins_with_place, slip, stems, unplaced
from graph.names.parts import (
    Lead,
    NameParts,
    is_known_place,
    is_municipality,
    is_region,
    name_parts,
    other_names,
)
from graph.names.plain import plain
from graph.names.reasons import NameReason, because
from graph.names.seats import place_relation
from graph.names.word_lists import words

Verdict = Literal["certain", "doubtful", "different"]
_NESTED = frozenset(
    frozenset(pair)
    for pair in (
        ("city", "district"),
        *(("province", level) for level in ("city", "district", "county", "county_city", "")),
        *(("", level) for level in ("city", "district", "county", "county_city", "")),
    )
)
"""Levels of which one may stand in front of a body's name, or the other: 孝感市玉泉小学 is said for
孝南区玉泉小学, while a county's bodies aren't called after the city above it."""
_STREETS = frozenset(("street", "street_or_road"))
_ORDER: dict[str, int] = {"different": 0, "doubtful": 1, "certain": 2}


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What the comparison of two names came to.

    Attributes
    ----------
    verdict
        `certain`: one body, joined without asking. `doubtful`: a person decides. `different`:
        two bodies, not asked about.
    score
        0 to 1, how alike they are; orders the queue and decides nothing. 0 where different.
    why, why_not
        What speaks for and against one body; `zh` and `en` of each are sentences.
    """

    verdict: Verdict
    score: float
    why: tuple[NameReason, ...]
    why_not: tuple[NameReason, ...]


def compare(
    name_a: str,
    place_a: str | None,
    name_b: str,
    place_b: str | None,
    *,
    uscc_a: str | None = None,
    uscc_b: str | None = None,
    kind_a: str | None = None,
    kind_b: str | None = None,
    places: Iterable[str] = (),
) -> NameMatch:
    """Compare two names of bodies, as rosters and ties spell them.

    Parameters
    ----------
    place_a, place_b
        Where each sits, if known: an area code (`420902001001`), a path of codes
        (`/4209/420902/420902001/`), or a text (孝感市孝南区书院街道). Only ever compared with
        one another.
    uscc_a, uscc_b
        Credit codes, if known. Equal ones are one body, two of them are two.
    kind_a, kind_b
        Kinds of the vocabulary (`school`, `government`), if known; a difference is a doubt.
    places
        Full names of the city and its districts (孝感市, 孝南区), which names may begin with.

    Returns
    -------
    Match
        `certain` only where the codes are equal, or where the two are one name in different
        writing (white space, width, brackets, traditional characters, numerals, legal suffix,
        a short form that has one meaning such as 工行, the city's or district's name in front)
        and place, code and kind don't speak against it.

    Examples
    --------
    >>> compare("孝感市 大众超市有限责任公司", None, "孝感市大众超市", None).verdict
    'certain'
    >>> compare("孝感一中", None, "孝感市第一高级中学", None).verdict
    'doubtful'
    >>> found = compare("孝感市第一中学", None, "孝感市第二中学", None)
    >>> found.verdict, found.why_not[0].zh
    ('different', '序号不同：1 与 2')
    """
    if uscc_a and uscc_b:
        return _by_code(name_a, name_b, uscc_a, uscc_b, kind_a, kind_b, place_a, place_b)
    known = tuple(sorted({plain(p) for p in places}))
    match = compare_names(name_a, name_b, known)
    return _with_place(match, name_a, name_b, place_a, place_b, kind_a, kind_b, known)


def _by_code(
    name_a: str,
    name_b: str,
    uscc_a: str,
    uscc_b: str,
    kind_a: str | None,
    kind_b: str | None,
    place_a: str | None,
    place_b: str | None,
) -> NameMatch:
    likeness = fuzz.ratio(plain(name_a), plain(name_b)) / 100
    if uscc_a == uscc_b:
        why = (because("same_code", code=uscc_a),)
        far = (kind_a and kind_b and kind_a != kind_b) or place_relation(place_a, place_b) in (
            "street",
            "district",
            "city",
            "apart",
        )
        if far and not _bigrams(plain(name_a)) & _bigrams(plain(name_b)):
            return NameMatch("doubtful", 0.5, why, (because("names_share_nothing"),))
        return NameMatch("certain", 1.0, why, ())
    against = (because("other_code", a=uscc_a, b=uscc_b),)
    off = sum(a != b for a, b in zip(uscc_a, uscc_b, strict=False))
    if off <= 2 and compare_names(name_a, name_b, ()).verdict == "certain":
        return NameMatch("doubtful", likeness, (because("same_name"),), against)
    return NameMatch("different", 0.0, (), against)


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


# --------------------------------------------------------------------------- places


def _with_place(
    match: NameMatch,
    name_a: str,
    name_b: str,
    place_a: str | None,
    place_b: str | None,
    kind_a: str | None,
    kind_b: str | None,
    places: tuple[str, ...],
) -> NameMatch:
    """The match of names, in the light of seats and kinds."""
    if match.verdict == "different":
        return match
    verdict, why, why_not, score = match.verdict, list(match.why), list(match.why_not), match.score
    relation = place_relation(place_a, place_b)
    if relation == "same":
        why.append(because("same_seat"))
        score = min(1.0, score + 0.1)
    elif relation in ("community", "street", "district", "city", "apart"):
        why_not.append(because(f"seat_{relation}"))
        score -= 0.1
        named = bool(name_parts(name_a, places).leads) or bool(name_parts(name_b, places).leads)
        far = relation in ("district", "city", "apart")
        if far and not named:
            return NameMatch("different", 0.0, (), tuple(why_not))
        verdict = "doubtful"
    if kind_a and kind_b and kind_a != kind_b:
        why_not.append(because("other_kind"))
        score -= 0.1
        verdict = "doubtful"
    return NameMatch(verdict, round(max(0.01, min(score, 1.0)), 3), tuple(why), tuple(why_not))


# --------------------------------------------------------------------------- names


@lru_cache(maxsize=400_000)
def compare_names(name_a: str, name_b: str, places: tuple[str, ...] = ()) -> NameMatch:
    """`compare` by the names alone; the same whichever comes first."""
    if name_a > name_b:
        name_a, name_b = name_b, name_a
    a, b = name_parts(name_a, places), name_parts(name_b, places)
    if a.leads != b.leads:
        told = {lead.stem: lead for p in (a, b) for lead in p.leads if lead.full}
        if new := sorted(stem for stem in told if not is_known_place(stem, places)):
            # 孝南区 in one name tells that 孝南 in the other is a place
            places = tuple(sorted({*places, *(stem + _suffix(told[stem]) for stem in new)}))
            a, b = name_parts(name_a, places), name_parts(name_b, places)
    best = compare_parts(a, b)
    if best.verdict == "certain":
        return best
    for name, kind in other_names(name_a):
        best = _better(best, compare_parts(name_parts(name, places), b), kind, name)
    for name, kind in other_names(name_b):
        best = _better(best, compare_parts(a, name_parts(name, places)), kind, name)
    return best


def _suffix(lead: Lead) -> str:
    if lead.level == "province":
        return "市" if is_municipality(lead.stem) else "自治区" if is_region(lead.stem) else "省"
    return {"city": "市", "county_city": "市", "county": "县"}.get(lead.level, "区")


def _better(best: NameMatch, found: NameMatch, kind: str, name: str) -> NameMatch:
    if found.verdict == "different":
        return best
    why = (*found.why, because(f"bracket_{kind}", name=name))
    verdict: Verdict = found.verdict
    why_not = found.why_not
    if kind != "also" and verdict == "certain":
        verdict = "doubtful"
    if kind == "former":
        why_not = (*why_not, because("former"))
    elif verdict == "doubtful" and not why_not:
        why_not = (because("bracket_only"),)
    found = NameMatch(verdict, found.score, why, why_not)
    return max(best, found, key=lambda m: (_ORDER[m.verdict], m.score))


def compare_parts(a: NameParts, b: NameParts) -> NameMatch:
    """Compare two names taken apart."""
    against = _hard(a, b)
    one_writing = not against and a.strict == b.strict
    if not one_writing and (typed := slip(a, b, elsewhere=bool(_other_place(a, b)))) is not None:
        score = round(fuzz.ratio(a.core, b.core) / 100, 3)
        return NameMatch("doubtful", score, (typed,), (because("not_same_text"),))
    if against:
        return NameMatch("different", 0.0, (), tuple(against))
    place = _places(a, b)
    why_not = [] if place is None else [place]
    if one_writing:
        return _one_writing(a, b, why_not)
    why = _likeness(a, b)
    if why is None:
        return NameMatch("different", 0.0, (), (_unlike(a, b),))
    return _alike(a, b, why, why_not)


def _alike(
    a: NameParts, b: NameParts, why: list[NameReason], why_not: list[NameReason]
) -> NameMatch:
    """Two names that may mean one body, with all that differs."""
    if why[0].code not in ("same_stem", "no_stem", "abbreviated"):
        why_not.append(because("not_same_text"))
    why_not += _differences(a, b)
    score = fuzz.ratio(a.core, b.core) / 100
    score = 0.5 * score + 0.3 * (not why_not) + 0.2 * (a.core == b.core)
    if a.relative != b.relative:
        why_not.append(because("relative_place", word=a.relative or b.relative))
    if a.short or b.short or not why_not:
        why_not.append(because("may_be_another"))
    return NameMatch("doubtful", round(score, 3), tuple(why), tuple(why_not))


def _one_writing(a: NameParts, b: NameParts, why_not: list[NameReason]) -> NameMatch:
    """One name in two writings: certain, unless where they lie is in doubt."""
    why = [because("same_name") if a.text == b.text else because("same_writing")]
    if a.relative != b.relative:
        why_not.append(because("relative_place", word=a.relative or b.relative))
    if a.former != b.former:
        why_not.append(because("former"))
    if a.form and b.form and a.form != b.form:
        why_not.append(because("legal_form", a=a.form, b=b.form))
    return NameMatch(
        "doubtful" if why_not else "certain", 0.9 if why_not else 1.0, tuple(why), tuple(why_not)
    )


# ------------------------------------------------- what makes two bodies of two names


def _hard(a: NameParts, b: NameParts) -> list[NameReason]:
    """What settles that two names are two bodies."""
    found = [
        *_other_numbers(a, b),
        *_other_kinds(a, b),
        *_other_branches(a, b),
        *_other_words(a, b),
    ]
    if pair := apart(a.stem, b.stem):
        found.append(because("told_apart", a=pair[0], b=pair[1]))
    return found + _other_place(a, b)


def _joined(texts: Iterable[str]) -> str:
    return "、".join(texts)


def _other_numbers(a: NameParts, b: NameParts) -> Iterator[NameReason]:
    if a.numbers != b.numbers and Counter(a.numbers) != Counter(b.numbers):
        if a.numbers and b.numbers:
            yield because("other_number", a=_joined(a.numbers), b=_joined(b.numbers))
        else:
            yield because("one_number", number=_joined(a.numbers or b.numbers))
    streets_a, streets_b = a.street_numbers, b.street_numbers
    if streets_a and streets_b and streets_a != streets_b:
        yield because("other_number", a=_joined(streets_a), b=_joined(streets_b))


def _other_kinds(a: NameParts, b: NameParts) -> Iterator[NameReason]:
    """Different things that the names say the bodies are."""
    heads = frozenset((a.head, b.head))
    if a.head and b.head and len(heads) == 2 and heads not in words().kin:
        yield because("other_head", a=a.head, b=b.head)
    office_a, office_b = a.soft & words().offices, b.soft & words().offices
    if office_a and office_b and not office_a & office_b:
        yield because("other_head", a=_joined(sorted(office_a)), b=_joined(sorted(office_b)))
    for one, other in ((a, b), (b, a)):
        if one.head and not other.head and (kind := _kind_besides(one.head, other)):
            yield because("other_head", a=one.head, b=kind)


def _kind_besides(head: str, other: NameParts) -> str:
    """What a name without a head word says that its body is, where that is no `head`."""
    offices = other.soft & words().offices
    if head == "委员会":
        offices -= {"委", "管理委员会"}
    if offices:
        return _joined(sorted(offices))
    return "公司" if other.legal and head in words().no_company else ""


def _other_branches(a: NameParts, b: NameParts) -> Iterator[NameReason]:
    # as many branches each, and not the same ones
    if a.branch and b.branch and set(a.branch) != set(b.branch) and len(a.branch) == len(b.branch):
        yield because("other_branch", a=_joined(a.branch), b=_joined(b.branch))
    # a street may be written as a road: any other two levels are two areas
    if a.levels and b.levels and not a.levels & b.levels and not (a.levels | b.levels) <= _STREETS:
        yield because("other_level")


def _other_words(a: NameParts, b: NameParts) -> Iterator[NameReason]:
    only_a, only_b = a.words - b.words, b.words - a.words
    if only_a and only_b:
        yield because("other_words", a=_joined(sorted(only_a)), b=_joined(sorted(only_b)))
    for one, other, only in ((a, b, only_b), (b, a, only_a)):
        # called the same, of which one is a known kind and the other says something else
        if one.head and not other.head and only and one.stem and one.stem == other.stem:
            yield because("other_words", a=one.head, b=_joined(sorted(only)))


def _other_place(a: NameParts, b: NameParts) -> list[NameReason]:
    """Places in front that can't both be where one body is."""
    for one, other in ((a, b), (b, a)):
        if one.relative and not one.leads and not _may_be(one.relative, other.leads):
            return [because("other_lead", a=one.relative, b=other.leads[-1].stem)]
    if a.relative and b.relative and a.relative != b.relative:
        return [because("other_lead", a=a.relative, b=b.relative)]
    if not a.leads or not b.leads:
        return []
    if _one_place(a.leads[-1], b.leads[-1]):
        return _other_city(a, b)
    if _may_lie_in_either(a, b):
        return []
    return [because("other_lead", a=_shown(a.leads[-1]), b=_shown(b.leads[-1]))]


def _may_lie_in_either(a: NameParts, b: NameParts) -> bool:
    """Whether one body may be called after both places: one of these lies in the other."""
    if not (a.stem and b.stem):
        return False
    shared = {lead.stem for lead in a.leads} & {lead.stem for lead in b.leads}
    if shared and set(a.branch) != set(b.branch):
        return False
    if frozenset((a.leads[-1].level, b.leads[-1].level)) not in _NESTED:
        return False
    return a.head != b.head or a.head not in words().one_a_place


def _other_city(a: NameParts, b: NameParts) -> list[NameReason]:
    """Of one district's name the cities that can't both be above it: 天津市和平区, 沈阳市和平区."""
    for one in a.leads[:-1]:
        for other in b.leads[:-1]:
            cities = {one.level, other.level} <= {"city", "county_city"}
            apart_ = is_municipality(one.stem) or is_municipality(other.stem)
            if one.stem != other.stem and (one.level == other.level or cities or apart_):
                return [because("other_lead", a=_shown(one), b=_shown(other))]
    return []


def _one_place(a: Lead, b: Lead) -> bool:
    """Whether two places may be one: 荆州市 and 荆州区 are two, 荆州 is either. A county or city
    within a prefecture may have become a district since: 奉化市, 奉化区.
    """
    return a.stem == b.stem and (
        not (a.full and b.full) or a.level == b.level or "city" not in (a.level, b.level)
    )


def _shown(lead: Lead) -> str:
    return lead.stem + (_suffix(lead) if lead.full else "")


def _may_be(relative: str, leads: tuple[Lead, ...]) -> bool:
    """Whether 省, 市, 区 or 县 in front of a name may stand for the places of another."""
    if not leads:
        return True
    level = leads[-1].level
    if relative == "省":
        return any(lead.level == "province" for lead in leads)
    if relative == "市" and is_municipality(leads[-1].stem):
        return True
    return (
        level
        in {
            "市": ("city", "county_city", ""),
            "区": ("district", ""),
            "县": ("county", ""),
        }[relative]
    )


def _places(a: NameParts, b: NameParts) -> NameReason | None:
    """A doubt about the places that two names carry."""
    if a.leads and b.leads:
        one, other = a.leads[-1], b.leads[-1]
        if one.stem != other.stem or (one.full and other.full and one.level != other.level):
            return because("lead_differs", a=_shown(a.leads[-1]), b=_shown(b.leads[-1]))
        return None
    lead = a.leads or b.leads
    if lead:
        bare = a if b.leads else b
        if not lead[-1].full or (not bare.stem and not bare.relative):
            return because("lead_missing", place=lead[-1].stem)
    return None


# ------------------------------------------------- what makes likeness


def _likeness(a: NameParts, b: NameParts) -> list[NameReason] | None:
    """What speaks for it that two names are one body, how their stems are alike first; None
    where they are just unlike.
    """
    stem = stems(a.stem, b.stem)
    if stem is None:
        if not (abbreviates(a, b) or begins_with_place(a, b) or unplaced(a, b)):
            return None
        stem = because("abbreviated")
    if not a.stem and not b.stem and not _share_words(a, b):
        return None
    if a.branch != b.branch and not _branch_may(a, b):
        return None
    return [stem, because("short_form")] if a.short or b.short else [stem]


def _share_words(a: NameParts, b: NameParts) -> bool:
    """Whether names that are nothing but known words have enough of these in common."""
    one_kind = a.head == b.head
    if a.words & b.words:
        return True
    if a.words ^ b.words and (not one_kind or a.head in words().wide):
        return False
    if a.inner or b.inner:
        return True
    if not (a.head or b.head or a.words or b.words):
        return bool(a.soft & b.soft)
    return bool(a.head) and (one_kind or frozenset((a.head, b.head)) in words().kin)


def _differences(a: NameParts, b: NameParts) -> Iterator[NameReason]:
    """What one name says and the other doesn't."""
    if one_sided := a.words ^ b.words:
        yield because("extra_words", words=_joined(sorted(one_sided)))
    if a.head != b.head:
        yield because("head_missing", head=a.head or b.head)
    if a.inner != b.inner:
        yield because("inner", words=_joined(sorted(a.inner ^ b.inner)))
    if a.branch != b.branch:
        yield because("branch", words=_joined(a.branch or b.branch))
    if extra := a.soft ^ b.soft:
        yield because("soft_words", words=_joined(sorted(extra)))
    if a.former or b.former:
        yield because("former")


def _branch_may(a: NameParts, b: NameParts) -> bool:
    """Whether a branch and a name without one may be the same body."""
    more, less = (a, b) if len(a.branch) > len(b.branch) else (b, a)
    if less.branch:
        return set(less.branch) <= set(more.branch) and more.stem == less.stem
    if sorted(more.stem) != sorted(less.stem) and not (less.informal and len(more.stem) > 3):
        return False
    if less.leads:
        return bool(more.leads) and more.leads[-1].stem == less.leads[-1].stem
    return less.informal or not more.leads


def _unlike(a: NameParts, b: NameParts) -> NameReason:
    if a.branch != b.branch and a.stem == b.stem:
        return because("branch", words=_joined(a.branch or b.branch))
    return because("unlike", a=a.stem or a.core, b=b.stem or b.core)
