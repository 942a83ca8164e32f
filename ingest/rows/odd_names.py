"""Names of bodies and places that look as if they were none.

A unit called 2家 or 民营企业, a community called 书院社区（小计）: each says that a column or a
row may have been read as what it isn't. What a cell gives is a sign's code
(`graph/data/signs.yaml`); the words are data (`ingest/data/headers.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from graph.model.identifiers import is_name_mark
from ingest.values.person_names import looks_like_person
from ingest.values.personal_numbers import MASK
from ingest.values.sheet_words import match_key, words
from ingest.values.statuses import read_standing
from ingest.values.text import is_null, looks_like_body, split_names

_COUNTED = "[家个户人名所间处次元万条项]"
_AMOUNT = re.compile(
    rf"[约共计]*[\d,.]+(?:余|多)?{_COUNTED}+|.{{2,12}}(?:共计?|合计|小计)[\d,.]+{_COUNTED}+"
)
_AMOUNT_OF_AREAS = re.compile(r"(?:.{2,8}?[社区村])?[共计]*\d+个(?:网格|社区|小区|村)")
_AFTER_SUM = re.compile(rf"[:(]?[\d,.]*{_COUNTED}?\)?")
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}[类部]).*"
)
AREA = re.compile(r"[\u4e00-\u9fff]{1,8}(?:社区|街道|网格)|(?:第?[\d一二三四五六七八九十]+)网格")
"""A whole text that is the name of an area."""
_CODE = re.compile(r"(?=(?:[a-z]*\d){6})[0-9a-z]{9,}")
_NUMBERED = re.compile(r"(?:^|\D)\d{1,2}[.、．]\D|[(（]\d{1,2}[)）]|[①-⑳]")
_AND_OTHERS = re.compile(
    r".{2,}(?<![高中初平优同均特对])等(?:\d+|[一二三四五六七八九十]+)?[多余几]?[家个所]?"
    r"(?:单位|部门|企业|公司|商户|学校|社会组织)?"
)
_JOINED = re.compile(r"以及|[和与及\s]+")
_NOBODY = re.compile(
    r"(?:各|全体|有关|相关|部分|其他|其它|所有|多家|若干|辖区内?)[\u4e00-\u9fff]{0,6}"
    r"(?:单位|部门|组织|党员|居民|群众|企业|商户|商家|人员|志愿者|科室|委员)"
    r"|(?:例|示例|样例|例如)[:：(].*|(?:.*[\u4e00-\u9fff])?x{2,}(?:[\u4e00-\u9fff].*)?|某{1,2}(?:单位|公司|企业|学校|部门|社区|街道)"
    r"|请?(?:填写|填报|选填|必填|选择|下拉|输入).*"
)
_BRACKET = re.compile(r".+[(（【]([^()（）【】]+)[)）】]")
_OF_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:社区|街道|村|网格)(?:第?[\d一二三四五六七八九十]+网格)?"
)
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,6}[:：].+")
_COMMAS = re.compile(r"[，,/]")
_MARKED = re.compile(r"[×✗✘※★▲●△☆].+|.+[×✗✘※★▲●△☆]")
_NOTE_COUNT = re.compile(r"\d+[人名]?|(?:19|20)\d\d年?.*")
_COUNT_BEHIND = re.compile(r".*[\u4e00-\u9fff]\d+[多余]?[人名]")
_NUMBER_BEFORE = re.compile(r"(?:\d{1,3}(?:[.、．]|\s+)|[(（]\d{1,3}[)）]|[①-⑳])[\u4e00-\u9fff].*")
_GRID_TAIL = re.compile(r".*网格[:：( -]*([\u4e00-\u9fff]{2,4})\)?")
_NO_COMMUNITY = ("委员会", "居委会", "村委会", "大队", "厂", "办公室")
"""So communities may end, though bodies do."""
_RANGE = re.compile(r".*\d(?:号|网格|格)?[-~—–～至到]第?\d{1,2}(?:号)?(?:网格|格|组|单元)?.*")
_SUMMED = re.compile(r".+(?:合计|小计|总计|共计)[)）:]?")
_BODY = re.compile(
    r".{2,}(?:局|学校|小学|中学|医院|公司|银行|支行|派出所|税务所|邮政所|司法所|超市|酒店|委员会|办公室|厂|大队)"
)
_TELLING = re.compile(
    r"[\d()（）【】、，,/；;×✗✘※★▲●△☆①-⑳\s和与及等]|[:：]|^[各全有相部其所多若辖一二三四五六七八九十第例示样某请填选必下输]|[xX×]{2}"
)
"""What a name must hold that is odd by its form."""
_REMARK_MAX = 60
GRID_FIELDS = ("grid", "covers", "object")
"""Fields whose texts may name grids by numbers."""


@lru_cache(maxsize=50_000)
def odd_name(text: str, *, is_body: bool, in_roster: bool = False) -> str | None:
    """The sign that a name gives, or None where it looks like one.

    Parameters
    ----------
    is_body
        Whether it names a body; names of needs, projects and activities are freer.
    in_roster
        Whether it stands in a roster of bodies, where an area's name is none.

    Examples
    --------
    >>> odd_name("2家", is_body=True), odd_name("合计", is_body=True)
    ('name_amount', 'name_sum_word')
    >>> odd_name("单位名称", is_body=True), odd_name("一、机关单位", is_body=True)
    ('header_among_values', 'name_heading')
    >>> odd_name("书院社区", is_body=True, in_roster=True), odd_name("书院小学", is_body=True)
    ('name_of_area', None)
    """
    if is_name_mark(text):
        return None  # asked about by itself
    key = match_key(text)
    return next(_odd_codes(text, key, is_body, in_roster), None)


def _odd_codes(text: str, key: str, is_body: bool, in_roster: bool) -> Iterator[str]:
    known = words()
    if key.isdigit() or text == MASK or _CODE.fullmatch(key):
        yield "name_digits"
    if key in known.headers and key not in known.body_words:
        yield "header_among_values"
    if _is_sum(key):
        yield "name_sum_word"
    if key.startswith("其中"):
        yield "row_is_part"
    if is_body:
        yield from _odd_words(text, key)
        if in_roster and AREA.fullmatch(key):
            yield "name_of_area"
        if _TELLING.search(text):
            yield from _odd_forms(text, key)
            yield from _noted(text, key)


def _odd_words(text: str, key: str) -> Iterator[str]:
    known = words()
    if key in known.true or key in known.false or key in known.status or is_null(text):
        yield "name_status_word"
    if len(key) == 1:
        yield "name_one_character"
    if key in known.values["unit_kinds"] or key in known.values["mechanisms"]:
        yield "name_is_kind"
    if key in known.nobody:
        yield "name_of_nobody"


def _odd_forms(text: str, key: str) -> Iterator[str]:
    if _AMOUNT.fullmatch(key):
        yield "name_amount"
    if _HEADING.fullmatch(key):
        yield "name_heading"
    if _NOBODY.fullmatch(key):
        yield "name_of_nobody"
    if _names_several(text, key):
        yield "name_several"
    if _RANGE.fullmatch(key) and key.endswith("网格"):
        yield "grids_in_range"


def _is_sum(key: str) -> bool:
    return key.startswith(words().totals) and any(
        key == t or (key.startswith(t) and _AFTER_SUM.fullmatch(key[len(t) :]))
        for t in words().totals
    )


def _names_several(text: str, key: str) -> bool:
    parts = split_names(text)
    if len(parts) > 1 and all(len(p) >= 4 or (len(p) == 3 and looks_like_body(p)) for p in parts):
        return True
    if len(_NUMBERED.findall(text)) > 1 or _AND_OTHERS.fullmatch(key):
        return True
    joined = _JOINED.split(text)
    return len(joined) > 1 and all(
        len(p) >= 4 and p[0] not in "(（" and looks_like_body(p) for p in joined
    )


def _noted(text: str, key: str) -> Iterator[str]:
    """A remark that was written into a name: 供电所（牵头）, 大众超市（已搬迁）, ×水厂."""
    if any(form.fullmatch(key) for form in (_MARKED, _LABELLED, _COUNT_BEHIND)):
        yield "name_with_note"
    if _NUMBER_BEFORE.fullmatch(text):
        yield "name_with_note"
    bracket = _BRACKET.fullmatch(key)
    if bracket is None:
        return
    note = bracket[1]
    known = words()
    told = (*known.name_notes, *known.gone)
    if any(word in note for word in told) or _NOTE_COUNT.fullmatch(note):
        yield "name_with_note"
    if read_standing(note).standing in ("ended", "none"):
        yield "name_with_note"
    if _OF_PLACE.fullmatch(note):
        yield "name_with_place"


_COUNTED_THING = re.compile(r"[^\d]{1,12}\d+(?:\.\d+)?[\u4e00-\u9fff]{1,3}")


def odd_item(text: str) -> str | None:
    """The sign that what is needed or offered gives, where one number counts all of it.

    Examples
    --------
    >>> odd_item("会议室2间、停车位20个"), odd_item("会议室（一楼、二楼）")
    ('items_several', None)
    """
    parts = split_names(_COMMAS.sub(" ", text))  # what a comma parts is often said of one thing
    several = len(parts) > 1 and all(len(p) > 1 for p in parts)
    return "items_several" if several or len(_NUMBERED.findall(text)) > 1 else None


def counts_several(text: str) -> bool:
    """Whether several parts of a text have numbers of their own.

    Examples
    --------
    >>> counts_several("口罩500个、消毒液20桶"), counts_several("N95口罩")
    (True, False)
    """
    return sum(1 for part in split_names(text) if _COUNTED_THING.fullmatch(match_key(part))) > 1


def odd_unit(text: str) -> str | None:
    """The sign that a unit of measure gives: 单位 may mean a body, too.

    Examples
    --------
    >>> odd_unit("合成第一中学"), odd_unit("个床位"), odd_unit("间")
    ('unit_is_body', None, None)
    """
    key = match_key(text)
    if len(key) < 4 or key in words().units or key[0] in words().units:
        return None
    return "unit_is_body" if _BODY.fullmatch(key) or looks_like_body(key) else None


def odd_fund(text: str) -> str | None:
    """The sign that a fund's name or source gives where it is none, but what was spent or left.

    Examples
    --------
    >>> odd_fund("上年结转"), odd_fund("支出：路灯维修"), odd_fund("财政拨款")
    ('row_is_balance', 'row_is_balance', None)
    """
    key = match_key(text)
    if key.startswith("支出") or any(word in key for word in words().balance):
        return "row_is_balance"
    return odd_name(text, is_body=False)


def odd_place(
    name: str, text: str, *, of_areas: bool = False, of_bodies: bool = False
) -> str | None:
    """The sign that the name of a place gives, or None.

    Parameters
    ----------
    name
        The field: `street`, `community`, `grid` or `covers`.
    of_areas
        Whether it stands in a sheet of areas, where each row is one.
    of_bodies
        Whether it stands in a roster of bodies, each of which sits in one place.

    Examples
    --------
    >>> odd_place("community", "书院社区（小计）"), odd_place("grid", "3个网格", of_areas=True)
    ('name_sum_word', 'name_amount')
    >>> odd_place("community", "第1网格"), odd_place("covers", "3-5网格")
    ('place_shifted', 'grids_in_range')
    >>> odd_place("community", "书院社区第1网格"), odd_place("grid", "第1网格")
    (None, None)
    """
    key = match_key(text)
    if of_bodies and name == "community" and len(split_names(text)) > 1:
        return "name_several"
    return next(_odd_places(name, text, key, of_areas), None)


def _odd_places(name: str, text: str, key: str, of_areas: bool) -> Iterator[str]:
    known = words()
    if _is_sum(key) or _SUMMED.fullmatch(key):
        yield "name_sum_word"
    if _AMOUNT_OF_AREAS.fullmatch(key):
        yield "name_amount"
    if key in known.headers and key not in known.whole_community:
        yield "header_among_values"
    if key in known.nobody:
        yield "name_of_nobody"
    if name == "community" and key.endswith("网格") and "社区" not in key and "村" not in key:
        yield "place_shifted"
    if name == "community" and _BODY.fullmatch(key) and not key.endswith(_NO_COMMUNITY):
        yield "place_shifted"
    tail = _GRID_TAIL.fullmatch(key) if name == "grid" else None
    if tail is not None and looks_like_person(tail[1]):
        yield "name_with_note"
    if name in GRID_FIELDS and _RANGE.fullmatch(key):
        yield "grids_in_range"
    if of_areas and name == "grid":
        if len(split_names(text)) > 1 and all(p.endswith("格") for p in split_names(text)):
            yield "name_several"
        if _BODY.fullmatch(key):
            yield "grid_is_body"


def is_over(text: str, *, tie: bool) -> bool:
    """Whether a remark says that a body is gone, or that a tie has ended or was never made.

    Examples
    --------
    >>> is_over("2018年已解除", tie=True), is_over("该单位已搬迁", tie=False)
    (True, True)
    >>> is_over("无", tie=True), is_over("每月开展活动", tie=True)
    (False, False)
    """
    known, key = words(), match_key(text)
    if is_null(text) or key in known.false or len(key) > _REMARK_MAX:
        return False
    if any(word in key for word in known.gone):
        return True
    return tie and read_standing(text).standing in ("ended", "none")
