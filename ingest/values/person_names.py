"""Names of persons among names of bodies and in free text.

万达 is a firm and 万芳 a person, and nothing but use tells them apart. A name is a person's where
it has the shape of one (a surname, one or two characters that given names have) and isn't known
as the name of a body, a place or a thing. In free text only what stands beside a role, kin or
contact word can be known; everything else may be anybody.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from graph.names.plain import plain
from ingest.values.person_words import person_words
from ingest.values.personal_numbers import MASK, mask_numbers

_LEAST = -2
"""Weight from which a name with a usual surname is a person's."""
_LEAST_SELDOM = 1
"""The same where its last character stands in few names."""
_SURE = 2
"""Weight from which even a roster's own name is taken for a person's."""
_DOOR = re.compile(
    r"(?:[0-9A-Za-z一二三四五六七八九十]{1,4}\s*[栋幢座]|[0-9一二三四五六七八九十]{1,3}\s*号楼)"
    r"\s*[-—－]?\s*(?:[0-9一二三四五六七八九十]{1,2}\s*(?:单元|门|层|楼)\s*[-—－]?\s*)?"
    r"[0-9]{3,4}\s*(?:室|号|户|房)?"
    r"|[0-9一二三四五六七八九十]{1,2}\s*单元\s*[-—－]?\s*[0-9]{3,4}\s*(?:室|号|户|房)?"
    r"|(?<![0-9.-])[0-9]{1,3}[-—－][0-9]{1,2}[-—－][0-9]{3,4}\s*(?:室|号|户|房)"
)
_BRACKETS = re.compile(r"[(（【〔\[][^()（）【】〔〕\[\]]*[)）】〕\]]")
_PARTS = re.compile(r"[\s:：,，;；/|—–]+|(?<=[\u4e00-\u9fff*])-(?=[\u4e00-\u9fff*])")
_EDGES = " \t:：,，;；、/|-—–.。*"
_MORE_NAMES = re.compile(r"\s*[、，,和及与/ ]\s*")
_BODY_BY_ITSELF = re.compile(
    r"[\u4e00-\u9fff]{1,6}?(?:省|市|县|(?<!小)区|镇|乡|街道|社区|村)[\u4e00-\u9fff]*"
    r"|[\u4e00-\u9fff]{1,4}[局委办]"
)
"""A body that a name before it can't be part of: 市财政局, 书院社区卫生服务中心, 民政局."""
_NAMELESS = re.compile(r"(?:[^\W\d_]某{1,2}|[^\W\d_]某[^\W\d_])")


class BodyText(NamedTuple):
    """What a cell of a column of bodies names."""

    body: str | None
    person: bool
    """Whether a person was taken out of it, or is all there is."""


@lru_cache(maxsize=100_000)
def is_person_name(text: str, *, sure: bool = False) -> bool:
    """Whether a text is a bare name that is a person's, as far as can be told.

    Parameters
    ----------
    sure
        Whether it must hardly be anything else, as where a roster says that it is a body.

    Examples
    --------
    >>> [is_person_name(n) for n in ("王小明", "李　梅", "欧阳修文", "张某某", "张三")]
    [True, True, True, True, True]
    >>> [is_person_name(n) for n in ("万达", "方正", "文昌", "白云", "金鹰", "康乐", "书院社区")]
    [False, False, False, False, False, False, False]
    """
    key = plain(text)
    told = _by_form(key)
    return _by_weight(key, sure=sure) if told is None else told


def _by_form(key: str) -> bool | None:
    """What the form of a name tells by itself; None where its characters must be weighed."""
    words = person_words()
    chinese = 2 <= len(key) <= 4 and all("\u4e00" <= c <= "\u9fff" for c in key)
    if not chinese or words.whole.search(key):
        return False
    if _NAMELESS.fullmatch(key) and key[0] in words.surnames:
        return True
    if len(key) >= 3 and key[:2] in words.surnames_of_two:
        return key[-1] not in words.body_endings and key not in words.short_names
    if len(key) == 4 or key[0] not in words.surnames or key[-1] in words.body_endings:
        return False
    plainly = key[-1] in words.plain_given
    if len(key) == 3 and plainly and key[1] in words.plain_given:
        return True
    if key in words.short_names or words.title.search(key, 1):
        return False
    return True if plainly else None


def _by_weight(key: str, *, sure: bool) -> bool:
    """Whether a surname and what follows it stand more in names of persons than of bodies."""
    words = person_words()
    seldom = key[-1] in words.seldom_endings
    given, weight = _given_weight(key), words.surnames[key[0]]
    least = _LEAST
    if len(key) == 3:
        if given >= 3 and not seldom:
            return True
        weight = max(weight, -2)
    elif weight < 0:
        least += 1
    return weight + given >= (_SURE if sure else _LEAST_SELDOM if seldom else least)


def _given_weight(key: str) -> int:
    words = person_words()
    if len(key) == 2:
        return words.only_of_two.get(key[1], 0)
    return words.middle.get(key[1], 0) + words.last.get(key[2], 0)


@lru_cache(maxsize=100_000)
def body_in(text: str) -> BodyText:
    """The body that a cell of a column of bodies names, without the persons beside it.

    A bare name that may be a person's is left as it is: see `is_person_name`. What stands before a
    body is a person's only where that is hardly anything else: a stray blank may part the name of
    a firm.

    Examples
    --------
    >>> body_in("市财政局王某"), body_in("合成银行（联系人：张三 13907123456）")
    (BodyText(body='市财政局', person=True), BodyText(body='合成银行', person=True))
    >>> body_in("张某书记"), body_in("老师孙某")
    (BodyText(body=None, person=True), BodyText(body=None, person=True))
    >>> body_in("市财政局 王小明").body, body_in("丁心邻 里互助会").body
    ('市财政局', '丁心邻 里互助会')
    """
    told = mask_numbers(text)
    without = _BRACKETS.sub(_bracket, told)
    if not without.strip(_EDGES) and told.strip(_EDGES):
        without = _BRACKETS.sub(lambda m: f" {m[0][1:-1]} ", told)  # all of it is in a bracket
    found = without != text
    if is_person_name(without):
        return BodyText(None, True) if found else BodyText(text, False)
    parts = [p.strip(_EDGES) for p in _PARTS.split(without) if p.strip(_EDGES)]
    kept = [_part(p) for p in parts]
    persons = [is_person_name(p, sure=not at) for at, p in enumerate(parts)]
    if parts and persons[0] and not _BODY_BY_ITSELF.fullmatch("".join(parts[1:])):
        persons[0] = False
    if len(parts) > 1 and (kept != parts or any(persons)):
        rest = [k for k, person in zip(kept, persons, strict=True) if k and not person]
        return BodyText(_tidied(" ".join(rest)), True)
    body = _part(without)
    if body != without.strip(_EDGES):
        return BodyText(_tidied(body or ""), True)
    return BodyText(_tidied(without) if found else text, found)


def _bracket(found: re.Match[str]) -> str:
    inner = found[0][1:-1].strip()
    words = person_words()
    told = (
        MASK in inner
        or words.role.fullmatch(inner)
        or _part(inner) != inner
        or any(map(is_person_name, (inner, *_PARTS.split(inner))))
    )
    return "" if told else found[0]


def _tidied(text: str) -> str | None:
    words = person_words()
    text = text.replace(MASK, " ").strip(_EDGES)
    while found := re.search(rf"(?:{words.contact.pattern})[\s:：]*$", text):
        text = text[: found.start()].strip(_EDGES)
    text = " ".join(text.split())
    return None if not text or is_person_name(text) else text


def _part(text: str) -> str | None:
    """A stretch without separators: the body in it, or None where it is a person."""
    words = person_words()
    key = text.strip(_EDGES)
    if not key or words.contact.fullmatch(key):
        return None
    rest, titled = key, False
    if title := words.title.search(key):
        rest, titled = key[: title.start()], True
        if _is_person(rest, short=True):
            return None
    if (before := _before_lead(rest)) is not None:
        return before or None
    name = glued_name(rest, short=titled)
    return rest[: -len(name)] if name else key


def glued_name(text: str, *, short: bool = False, more_endings: str = "") -> str:
    """The name of a person glued to the end of a body's; empty where there is none.

    Parameters
    ----------
    short
        Whether a surname alone counts, as before a title.
    more_endings
        Last characters of what a name may be glued to, besides those of bodies.

    Examples
    --------
    >>> glued_name("市财政局王小明"), glued_name("市财政局"), glued_name("书院小学李", short=True)
    ('王小明', '', '李')
    """
    for length in (4, 3, 2, *((1,) if short else ())):
        head, name = text[:-length], text[-length:]
        if len(head) < 2 or not _is_person(name, short=short):
            continue
        if head[-1] in more_endings or _may_be_a_head(head, name):
            return name
    return ""


def _is_person(name: str, *, short: bool) -> bool:
    if short and len(name) == 1:
        return name in person_words().surnames
    return is_person_name(name)


def _before_lead(text: str) -> str | None:
    """What stands before a role word with a name after it; None where there is none."""
    for found in person_words().lead.finditer(text):
        if is_person_name(text[found.end() :].strip(_EDGES + "）)”")):
            return text[: found.start()].strip(_EDGES)
    return None


def _may_be_a_head(head: str, name: str) -> bool:
    """Whether what stands before a name can be a body by itself."""
    words = person_words()
    if head[-1] in words.heads_end:
        return True
    if plain(head) in words.short_names and is_person_name(name, sure=True):
        return True
    return len(name) == 3 and words.surnames.get(name[0], 0) >= 1 and _given_weight(name) >= 3


def looks_like_person(text: str) -> bool:
    """Whether a text names a person and nothing else.

    Examples
    --------
    >>> looks_like_person("居民张三"), looks_like_person("李　梅"), looks_like_person("居民")
    (True, True, False)
    """
    told = body_in(text)
    return told.body is None or is_person_name(told.body)


def without_persons(text: str) -> str:
    """A cell as a message may show it, whatever column it stands in.

    Examples
    --------
    >>> without_persons("王小明"), without_persons("市财政局王某")
    ('***', '市财政局***')
    >>> without_persons("万达 1390712 3456")
    '万达 ***'
    """
    masked = mask_free_text(text)
    if not masked.strip(_EDGES):
        return masked
    told = body_in(masked)
    if is_person_name(told.body or MASK):
        return MASK
    if not told.person or masked.replace(MASK, "").strip(_EDGES) == told.body:
        return masked
    return f"{told.body}{MASK}" if told.body else MASK


def mask_place(text: str) -> str:
    """A place's name without numbers of persons; a bare name that is hardly a place's is hidden.

    Examples
    --------
    >>> mask_place("永安村民委员会"), mask_place("书院社区 13907123456"), mask_place("王小明")
    ('永安村民委员会', '书院社区 ***', '***')
    """
    told = mask_numbers(text, codes=True)
    key = plain(told)
    # villages are called 刘陈 and 徐家口
    given = len(key) == 3 and (_given_weight(key) >= 3 or key[-1] in person_words().plain_given)
    return MASK if given and is_person_name(key, sure=True) else told


@lru_cache(maxsize=100_000)
def mask_free_text(text: str) -> str:
    """Free text without numbers of persons, door numbers, and names beside a role or contact.

    Examples
    --------
    >>> mask_free_text("独居老人王秀英家住3栋201，找张明，139-0712-3456")
    '独居老人***家住***，找***，***'
    >>> mask_free_text("请李老师和陈小红老师讲课，联系万达，老人康复")
    '请李老师和***老师讲课，联系万达，老人康复'
    """
    told = _DOOR.sub(MASK, mask_numbers(text))
    if is_person_name(told):
        return MASK
    told = _mask_after_leads(told)
    return _mask_before_titles(told)


def _mask_after_leads(text: str) -> str:
    parts, at = [], 0
    for found in person_words().lead.finditer(text):
        start = found.end()
        while start >= at and (length := _name_length(text, start)):
            parts += [text[at:start], MASK]
            at = start + length
            more = _MORE_NAMES.match(text, at)
            start = more.end() if more else at - 1
    return "".join([*parts, text[at:]])


def _name_length(text: str, at: int) -> int:
    """How many characters of a text from `at` on are a person's name; 0 where none is."""
    words = person_words()
    if text[at : at + 1] == "和":
        return 0  # 党员和志愿者
    for length in (4, 3):
        name = text[at : at + length]
        if len(name) == length and name[-1] not in words.after_names and _is_whole_name(name):
            return length
    name, after = text[at : at + 2], text[at + 2 : at + 3]
    if not is_person_name(name) or text[at : at + 3] in words.short_names:
        return 0
    parted = not ("\u4e00" <= after <= "\u9fff") or after in words.after_names
    plainly = name[1] in words.plain_given or words.surnames.get(name[0], 0) >= 1
    return 2 if parted or plainly else 0


def _is_whole_name(name: str) -> bool:
    """Whether three or four characters of running text are a name, and no surname before a word."""
    words = person_words()
    if not is_person_name(name) or name[1] in words.body_endings:
        return False
    if len(name) == 4 or name[:2] in words.surnames_of_two or _NAMELESS.fullmatch(name):
        return True
    given = _given_weight(name)
    if name[:2] in words.short_names:
        return given >= 4  # 康复 of 老人康复训练
    if given >= 2 or words.surnames[name[0]] >= 1:
        return given >= 0
    return given >= 1 and is_person_name(name[:2])


def _mask_before_titles(text: str) -> str:
    parts, at = [], 0
    for found in person_words().title_after.finditer(text):
        if text[: found.start()].endswith("和"):
            continue  # 党员和志愿者
        for length in (4, 3, 2):
            start = found.start() - length
            if start >= at and is_person_name(text[start : found.start()]):
                parts += [text[at:start], MASK]
                at = found.start()
                break
    return "".join([*parts, text[at:]])
