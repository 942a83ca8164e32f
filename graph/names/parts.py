"""The parts of a body's name: where, what it is called, what it is, which one.

孝感市公安局孝南区分局书院派出所 stands in 孝感 and 孝南, is called 书院, is a 派出所 of the 公安.
A name is taken apart by word lists (`graph/data/matching.yaml`); what no list knows is what the
body is called (`stem`). Parts are only compared (`graph.names.compare`), never shown or stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from graph.names.cities import city_names
from graph.names.plain import plain
from graph.names.word_lists import digits, has_numeral, words

_PROVINCES = frozenset(
    {"北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江"}
    | {"安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州"}
    | {"云南", "陕西", "甘肃", "青海", "台湾", "内蒙古", "广西", "西藏", "宁夏", "新疆"}
)
_SUFFIX = "省市区县州盟旗"
_NO_DISTRICT = frozenset("小社园校景厂矿片城辖库院病新术发心商街空分济战")
_NO_CITY = frozenset("超城都门股夜菜早贸")
_FULL_PLACE = re.compile(r"([一-鿿]{2,3})(省|市|区|县)(?!场|民(?:中心|广场|公园|服务|之家))")
_COUNTY_TOWN = "县城"
_RELATIVE = re.compile(
    r"(省|市|区|县)(?!场|民(?![政宗])|政[^府协法务数]|监[局所]|区|心|际|域|块|级|郊|集|会)(?=.{2})"
)
_NO_SUFFIX = re.compile(r"市(?:场|民(?:中心|广场|公园|服务|之家)|政[^府协法务数]|区)|区[域块]")
_LEGAL = re.compile(r"(?:集团)?(?:有限责任公司|股份有限公司|有限公司)")
_LEGAL_FORM = re.compile(
    r"\((?:第?[\d一二三四五六七八九十]{1,3}届|普通合伙|特殊普通合伙|有限合伙|个体工商户|个人独资|集团|股份|筹|筹备|民办|公办|备案|总商会|盖章)\)"
)
_FORMER = re.compile(r"^(?:原名?|曾用名|旧称|前身|更名前)[:是为]?")
_ALSO = re.compile(r"^(?:简称|又名|又称|别名|亦称|即|也称)[:是为]?")
_AUTONOMOUS = re.compile(
    r"(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西"
    r"|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|塔吉克|怒|鄂温克|裕固|独龙|鄂伦春|各)族?)*"
    r"(?:(?<=族)自治(?=[县州旗])|自治(?=州))"
)
"""What stands between the name of an autonomous county or prefecture and 县, 州: 北川羌族自治县."""
_REGION = re.compile(r"(内蒙古|广西|西藏|宁夏|新疆)(?:壮族|回族|维吾尔)?自治区|^自治区")
_MUNICIPALITIES = frozenset({"北京", "天津", "上海", "重庆"})
_AND = re.compile(r"(?<=[房源生展济利化务业全境])[和与及、](?=[城社规计改信湖旅大广民湖质])")
_MARKS = re.compile(r"[\s·•・．.\-—–_~,，。、;；:：\"'“”‘’*#/\\|]+")
_STREET_LEVELS = ("street", "street_or_road", "town")
_BRANCH_AHEAD = re.compile(
    r"[省市县区州]?(?:市|分|支|中心支|公司|石油|销售|供电|电力|有限|移动|联通)"
)
_NEAR = re.compile(r"派出所|警务|司法所|财政所|税务所|街道|社区|村|卫生服务|小学|幼儿园|公园|广场")
"""What is called after a street or a person rather than a far city: 中山派出所."""
_OUTSIDE = re.compile(r"(?:[东西南北中]?(?:路|街|大道|巷|桥|湖)|[东西南北]站)")


@dataclass(frozen=True, slots=True)
class Lead:
    """A place that a name carries: 孝感市 is `("孝感", "city", True)`.

    `level` is province, city, district, county or county_city (汉川市), or empty where neither the
    name nor a list says; `full` is whether its suffix stands there.
    """

    stem: str
    level: str
    full: bool


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart.

    Attributes
    ----------
    text, bare
        The whole name in one writing; without its legal suffix.
    strict
        The name in one writing, without a leading place that has its suffix, without legal
        suffix, brackets and marks. Equal ones are the same name, written differently.
    leads
        Places in the order of the name; the last one is the finest.
    relative
        市, 区, 县 or 省 where the name begins with it and leaves out of which.
    stem
        What no word list knows: what tells this body from others of its kind.
    head
        What the body is: the last word, where that is a known one.
    words, soft, levels, inner, branch
        Known words by class, each canonical; see `matching.yaml`.
    numbers
        Numerals (as digits) and single letters, in the order of the name.
    street_numbers
        Those in the name of a street or town that stands in front: 一元街道三阳社区.
    short
        Whether a short or former form was read as its full one.
    informal
        Whether neither place nor legal suffix stands there: 万科物业.
    legal
        Whether it says that it is a company.
    form
        有限, 股份, 集团有限 or 集团股份 where it says which kind of company it is.
    former
        Whether it says that it is a former name.
    """

    text: str
    bare: str
    strict: str
    core: str
    leads: tuple[Lead, ...]
    relative: str
    stem: str
    head: str
    words: frozenset[str]
    soft: frozenset[str]
    levels: frozenset[str]
    inner: frozenset[str]
    branch: tuple[str, ...]
    numbers: tuple[str, ...]
    street_numbers: tuple[str, ...]
    short: bool
    informal: bool
    legal: bool
    form: str
    former: bool


@lru_cache(maxsize=1)
def _known_places() -> dict[str, str]:
    """Provinces and prefecture-level cities without their suffix -> level."""
    known = dict.fromkeys(_PROVINCES, "province")
    for name in city_names().values():
        stem = name[:-1] if name[-1] in "市州盟" else name
        if len(stem) >= 2:
            known.setdefault(stem, "city")
    return known


@lru_cache(maxsize=64)
def _local_places(places: tuple[str, ...]) -> dict[str, str]:
    """Stems of full names such as 孝感市, 孝南区 -> level."""
    local: dict[str, str] = {}
    for place in places:
        stem = place_stem(place)
        if len(stem) >= 2:
            local[stem] = _level(stem, place[-1])
    return local


def place_stem(place: str) -> str:
    """A city's or district's name without its suffix: 孝感 of 孝感市, 北川 of 北川羌族自治县."""
    place = _AUTONOMOUS.sub("", place)
    return place[:-1] if place[-1:] in _SUFFIX and len(place) > 2 else place


def is_municipality(stem: str) -> bool:
    return stem in _MUNICIPALITIES


def is_region(stem: str) -> bool:
    """Whether it is an autonomous region of province rank."""
    return stem in ("内蒙古", "广西", "西藏", "宁夏", "新疆")


def is_known_place(stem: str, places: tuple[str, ...]) -> bool:
    """Whether a place is found without its suffix too: 孝感 where `places` has 孝感市."""
    return stem in _local_places(places) or stem in _known_places()


def _level(stem: str, suffix: str) -> str:
    if suffix == "省" or stem in _PROVINCES:
        return "province"
    if suffix == "区":
        return "district"
    if suffix in "县旗":
        return "county"
    if _known_places().get(stem) == "city":
        return "city"
    return "county_city" if suffix == "市" else ""


@lru_cache(maxsize=200_000)
def name_parts(name: str, places: tuple[str, ...] = ()) -> NameParts:
    """Take a name apart; brackets with a former name, an alias or a legal form are left out.

    Parameters
    ----------
    places
        Full names of cities and districts (孝感市, 孝南区) that names here may begin with, with
        or without suffix. Provinces, prefecture-level cities and whatever stands in front with
        its suffix are known without.

    Examples
    --------
    >>> p = name_parts("孝感市公安局孝南区分局书院派出所", ("孝感市", "孝南区"))
    >>> [lead.stem for lead in p.leads], p.stem, p.head
    (['孝感', '孝南'], '书院', '派出所')
    >>> name_parts("孝感市第二十一中学").numbers, name_parts("7天连锁酒店").numbers
    (('21',), ('7',))
    """
    text = plain(name).upper()
    former = bool(_FORMER.match(text)) and not text.startswith(("原子", "原野", "原平", "原阳"))
    if former:
        text = _FORMER.sub("", text) or text
    form = _form(text)
    text = _LEGAL_FORM.sub("", text)
    text = _AUTONOMOUS.sub("", re.sub(r"[()]", "", text))
    text = _REGION.sub(r"\1省", text)  # as a province it is read
    kept = _with_numerals(places)
    whole = digits(_MARKS.sub("", text), kept) or text
    text = digits(_AND.sub("", _MARKS.sub("", text)), kept) or text
    bare = _LEGAL.sub("", whole)
    return replace(_parts(text, places), text=whole, bare=bare, form=form, former=former)


def _form(text: str) -> str:
    """Which kind of company a name says it is: one of a group is another than the group."""
    form = "股份" if "股份有限公司" in text else "有限" if _LEGAL.search(text) else ""
    return "集团" + form if form and "集团" in text else form


@lru_cache(maxsize=64)
def _with_numerals(places: tuple[str, ...]) -> tuple[str, ...]:
    """Places in whose names a numeral is no number: 四川, 三亚, 六安."""
    return tuple(sorted(p for p in {*_known_places(), *_local_places(places)} if has_numeral(p)))


def _parts(text: str, places: tuple[str, ...]) -> NameParts:
    legal = bool(_LEGAL.search(text)) or text.endswith("公司")
    told = _LEGAL.sub("", text)
    if len(told) < 2:
        told = text
    local = _local_places(places)
    told = re.sub(r"^中国共产党|^中共", "", told)
    told = words().first_rules.applied(told)
    leads, rest, relative = _leading(told, local)
    strict = _same(rest) if all(lead.full for lead in leads) else _same(told)
    short = words().short.applied(_same(rest))
    was_short = short != _same(rest)
    if not short:
        short = rest
    core = re.sub(r"^委员会$", "委", short)
    core = re.sub(r"委员会(?=组织部|宣传部|统战部|办公室|政法|编制)", "委", core)
    inside, core = _inside(core, local, leads)
    leads = (*leads, *(lead for lead in inside if lead.stem not in {x.stem for x in leads}))
    found = _words_by_class(core)
    return NameParts(
        text=text,
        bare=text,
        strict=strict,
        core=core,
        leads=leads,
        relative=relative,
        stem="".join(found.stem),
        head=found.heads[-1] if found.heads else "",
        words=frozenset((*found.others["telling"], *found.heads[:-1])),
        soft=frozenset(found.others["soft"]),
        levels=frozenset(found.others["level"]),
        inner=frozenset(found.others["inner"]),
        branch=tuple(found.branch),
        numbers=tuple(found.numbers),
        street_numbers=tuple(found.street_numbers),
        short=was_short,
        informal=not legal and not leads,
        legal=legal,
        form="",
        former=False,
    )


def _leading(told: str, local: dict[str, str]) -> tuple[tuple[Lead, ...], str, str]:
    """Places in front, what is left, and a bare 市 or 区 in front of that."""
    known = _known_places()
    leads: list[Lead] = []
    rest = told
    for _ in range(4):
        found = _lead(rest, local, known)
        if found is None or (len(rest) - found[1] < 2 and rest[found[1] :] != "委"):
            break
        leads.append(found[0])
        rest = rest[found[1] :]
    relative = ""
    if not leads and (match := _RELATIVE.match(rest)):
        relative, rest = match[1], rest[match.end() :]
    return tuple(leads), rest, relative


def _lead(rest: str, local: dict[str, str], known: dict[str, str]) -> tuple[Lead, int] | None:
    for length in (5, 4, 3, 2):
        stem = rest[:length]
        level = local.get(stem) if stem in local else known.get(stem)
        if level is None or len(stem) < length:
            continue
        after = rest[length : length + 1]
        if after not in _SUFFIX and _is_word(stem):
            continue  # 公安局 is no body of 公安县
        if rest[length:].startswith("商会"):
            return None  # 湖北商会 in 孝感 is called after where its members come from
        if after and after in _SUFFIX and not _NO_SUFFIX.match(rest[length:]):
            return Lead(stem, _level(stem, after), full=True), length + 1
        if _OUTSIDE.match(rest[length:]):
            return None
        if stem not in local and level == "city" and _NEAR.match(rest[length:]):
            return None
        return Lead(stem, level, full=False), length
    match = _FULL_PLACE.match(rest)
    if match:
        stem, suffix = match[1], match[2]
        barred = _NO_DISTRICT if suffix == "区" else _NO_CITY if suffix == "市" else frozenset("")
        inside = any(match[0].endswith(place) for place in local if place[-1] == suffix)
        if inside and match[0] not in local:
            return None  # 工行沙市支行: 沙市 is the place
        if stem[-1] not in barred and suffix not in stem and not stem.endswith(_COUNTY_TOWN):
            return Lead(stem, _level(stem, suffix), full=True), match.end()
    return None


@lru_cache(maxsize=10_000)
def _is_word(stem: str) -> bool:
    """Whether the name of a place is also a word for what bodies do: 公安, 应城 isn't."""
    return stem in words().classes or f"{stem}局" in words().classes


def _inside(core: str, local: dict[str, str], leads: tuple[Lead, ...]) -> tuple[list[Lead], str]:
    """Places that stand further in: 中国移动湖北孝感分公司, 工行孝感孝南支行."""
    found: list[tuple[int, Lead]] = []
    here = {lead.stem for lead in leads}
    at = 1
    while at < len(core) - 1:
        for length in (4, 3, 2):
            stem = core[at : at + length]
            if len(stem) < length:
                continue
            is_local = stem in local or stem in here
            if not is_local and stem not in _known_places():
                continue
            after = core[at + length :]
            if after[:1] not in _SUFFIX and _is_word(stem):
                continue
            if _OUTSIDE.match(after) or after.startswith("商会"):
                continue
            if (
                not is_local
                and not _BRANCH_AHEAD.match(after)
                and not _starts_place(after.lstrip(_SUFFIX), local)
            ):
                continue
            suffix = after[:1] if after[:1] in _SUFFIX and after[:2] != "市场" else ""
            level = (
                _level(stem, suffix)
                if suffix
                else (local.get(stem) or _known_places().get(stem, ""))
            )
            found.append((at, Lead(stem, level, full=bool(suffix))))
            core = core[:at] + after[len(suffix) :]
            break
        else:
            at += 1
    return [lead for _, lead in found], core


def _starts_place(text: str, local: dict[str, str]) -> bool:
    known = _known_places()
    return any(text[:n] in local or text[:n] in known for n in (2, 3, 4))


@lru_cache(maxsize=100_000)
def _same(text: str) -> str:
    """The one writing of what the lists call the same, at the beginning or before a branch."""
    for short, full in words().same_first.get(text[:1], ()):
        if text.startswith(short):
            return full + text[len(short) :]
    for short, full in words().same_last.get(text[-1:], ()):
        if text.endswith(short) and (len(short) >= 3 or short[-1] == "行"):
            return text[: -len(short)] + full
    return text


@dataclass(slots=True)
class _WordsByClass:
    """The known words of a name, in its order, and what no list knows."""

    stem: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    branch: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    street_numbers: list[str] = field(default_factory=list)
    others: dict[str, list[str]] = field(
        default_factory=lambda: {k: [] for k in ("telling", "soft", "level", "inner")}
    )

    def add(self, word: str, core: str, at: int) -> None:
        """Put a known word that stands at a position of the name under its class."""
        end = at + len(word)
        kind, canonical = words().classes[word]
        if kind == "heads":
            follows = _known_word(core, end)
            if follows and words().classes[follows][0] == "level":
                self.stem.append(word)  # 学院街道 is no 学院
            else:
                self.heads.append(canonical)
        elif kind == "branch":
            self.branch.append(canonical)
        else:
            self.others[kind].append(canonical)
            in_front = canonical in _STREET_LEVELS and len(core) - end >= 2
            if in_front and not core[at - 1].isdigit():
                self.street_numbers += self.numbers
                self.numbers = []


def _words_by_class(core: str) -> _WordsByClass:
    found = _WordsByClass()
    at = 0
    while at < len(core):
        if core[at].isdigit() and not core.startswith("4S店", at):
            end = _run_end(core, at, str.isdigit)
            found.numbers.append(core[at:end])
        elif word := _telling_word(core, at):
            end = at + len(word)
            found.add(word, core, at)
        elif _is_letter(core[at]):
            end = _run_end(core, at, _is_letter)
            (found.numbers if end - at == 1 else found.stem).append(core[at:end])
        else:
            end = at + 1
            found.stem.append(core[at])
        at = end
    return found


def _run_end(core: str, at: int, belongs: Callable[[str], bool]) -> int:
    while at < len(core) and belongs(core[at]):
        at += 1
    return at


def _is_letter(c: str) -> bool:
    return c.isascii() and c.isalpha()


def _known_word(core: str, at: int) -> str:
    """The longest known word that stands there, empty where none does."""
    for word in words().first.get(core[at : at + 1], ()):
        if core.startswith(word, at):
            return word
    return ""


def _telling_word(core: str, at: int) -> str:
    """The known word that stands there; a head of one character only at the end of the name."""
    word, rest = _known_word(core, at), core[at + 1 :]
    if len(word) != 1 or words().classes[word][0] != "heads" or _ends(rest) or rest == "分局":
        return word
    return ""  # 城站店 is no station


def _ends(rest: str) -> bool:
    """Whether nothing but an inner organisation follows."""
    found = words().classes.get(rest)
    return not rest or rest == "机关" or (found is not None and found[0] == "inner")


@lru_cache(maxsize=200_000)
def other_names(name: str) -> tuple[tuple[str, str], ...]:
    """Further readings of a name with brackets: (reading, what it is).

    What it is: `former` and `also` for names in brackets that say so, `without` for the name
    without its bracket, `inside` for a bracket that is a name by itself. A bracket that tells a
    branch, a number or a letter is no aside: 超市(文昌店) has no reading 超市.

    Examples
    --------
    >>> other_names("湖北工程学院（原孝感学院）")
    (('湖北工程学院', 'without'), ('孝感学院', 'former'))
    >>> other_names("中百超市（文昌店）")
    ()
    """
    told = plain(name)
    out: list[tuple[str, str]] = []
    for match in re.finditer(r"\(([^()]{2,})\)", told):
        inside = match[1]
        without = told[: match.start()] + told[match.end() :]
        if len(without) < 2 or _LEGAL_FORM.fullmatch(match[0]):
            continue
        if _FORMER.match(inside):
            out += [(without, "without"), (_FORMER.sub("", inside), "former")]
        elif _ALSO.match(inside):
            out += [(without, "without"), (_ALSO.sub("", inside), "also")]
        elif re.search(r"[\dA-Za-z一二三四五六七八九十]", inside) and len(inside) < 6:
            continue
        elif not re.search(r"(店|行|分公司|期|栋|路|[东西南北]区)$", inside):
            out.append((without, "without"))
            if len(inside) >= 4:
                out.append((inside, "inside"))
        elif re.search(r"[东西南北]区$", inside):
            out.append((without, "without"))
    return tuple((n, k) for n, k in out if len(n) >= 2)
