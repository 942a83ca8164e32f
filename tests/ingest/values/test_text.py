"""Texts, names, codes and pseudonyms' sources."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.identifiers import uscc_check_digit
from graph.names.plain import plain
from ingest.values.cells import Flaw
from ingest.values.codes import read_certificate, read_division_code, read_grid_code, read_uscc
from ingest.values.person_names import looks_like_person
from ingest.values.persons import mask, read_id_number, read_phone
from ingest.values.text import is_null, read_text, split_bodies, split_names, tidy_text

# the definitions' own vectors
PASS = ["914403001922038216", "91330100799655058B", "9144030071526726XG", "91350100M000100Y43"]


@pytest.mark.parametrize("code", PASS)
def test_credit_codes_that_pass(code: str) -> None:
    assert read_uscc(code) == (code, None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("91350100M000100Y4Z", "uscc_characters"),
        ("91350100M000100Y44", "uscc_check"),
        ("9135O100M000100Y43", "uscc_characters"),
        ("9I350100M000100Y43", "uscc_characters"),
        ("91350100M000100Y4", "uscc_length"),
        ("9144 03001922038216", "uscc_characters"),
        (914403001922038216, "precision_lost"),
        ("9.14403E+17", "precision_lost"),
        ("办理中", "code_is_words"),
        (9.144030019220382e17, "precision_lost"),
        (Flaw("cell_error", "#N/A"), "cell_error"),
    ],
)
def test_faulty_credit_codes_are_never_repaired(raw: object, expected: str) -> None:
    code, problem = read_uscc(raw)  # type: ignore[arg-type]
    assert code is None
    assert problem is not None
    assert problem.code == expected


@pytest.mark.parametrize(
    "raw",
    [
        " 91330100799655058b ",
        "'91330100799655058B",
        "９１３３０１００７９９６５５０５８B",
        "91330100799655058B\u200b",
    ],
)
def test_harmless_spelling_of_a_code_is_told(raw: str) -> None:
    code, problem = read_uscc(raw)
    assert code == "91330100799655058B"
    assert problem is not None
    assert problem.code == "code_tidied"


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_every_valid_code_comes_back(first: str) -> None:
    code = first + uscc_check_digit(first)
    assert read_uscc(code) == (code, None)
    assert read_uscc(f" {code.lower()}")[0] == code


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17),
    st.integers(0, 16),
    st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"),
)
def test_one_wrong_character_is_always_found(first: str, at: int, other: str) -> None:
    code = first + uscc_check_digit(first)
    wrong = code[:at] + other + code[at + 1 :]
    assert (read_uscc(wrong)[0] is None) == (wrong != code)


@given(st.integers(10**15, 10**20 - 1))
def test_every_long_number_lost_its_digits(n: int) -> None:
    for read in (read_uscc, read_text, read_grid_code):
        value, problem = read(float(n))
        assert value is None
        assert problem is not None
        assert problem.code == "precision_lost"


def test_certificates_that_are_no_credit_code() -> None:
    assert read_certificate("孝民社证字第12号")[1].code == "certificate_number"
    assert read_certificate(PASS[0]) == (PASS[0], None)
    assert read_certificate("91350100M000100Y44")[1].code == "uscc_check"


def test_division_codes() -> None:
    assert read_division_code(420902001001.0, "community_code")[0] == "420902001001"
    assert read_division_code("420902001000", "street_code")[0] == "420902001"
    assert read_division_code("420902000000", "district_code")[0] == "420902"
    assert read_division_code("420900", "city_code")[0] == "4209"
    for raw in ("42090200100", "4209O2001001", "第一社区", "4209020010011"):
        assert read_division_code(raw, "community_code")[1].code == "division_code_broken"


def test_null_words() -> None:
    for text in ("无", "/", "—", "——", " 暂 无 ", "-", "N/A", "null", "無"):
        assert is_null(text), text
    for text in ("0", "无锡社区", "一"):
        assert not is_null(text), text


def test_format_characters_go_but_emoji_stay() -> None:
    assert tidy_text("大众\u200b超市\ufeff") == ("大众超市", True)
    assert tidy_text("a\x00b") == ("ab", True)
    assert tidy_text("👨\u200d👩\u200d👧家园")[0] == "👨\u200d👩\u200d👧家园"
    assert read_text("大\u200b众")[1].code == "format_characters"


def test_long_text_is_an_error_and_none_is_cut() -> None:
    assert read_text("社" * 500) == ("社" * 500, None)
    assert read_text("社" * 501)[1].code == "text_too_long"
    assert read_text("坏\ufffd")[1].code == "text_broken"


@given(st.text(max_size=60))
def test_text_comes_back(text: str) -> None:
    """Text without white space and invisible characters is kept as it is."""
    kept = "".join(
        c
        for c in text
        if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Cs") and c != "\ufffd"
    )
    value, problem = read_text(kept)
    if problem is None:
        assert value == (kept if kept and not is_null(kept) else None)


def test_phones_and_id_numbers_in_text_are_masked() -> None:
    for text in ("找张三13907123456", "身份证420902199001011234", "0712-2345678拨打"):
        value, problem = read_text(text)
        assert "***" in value
        assert problem.code == "personal_in_text"


def test_several_names_in_one_cell() -> None:
    for mark in ("、", "，", ",", "/", "；", ";", "\n"):
        assert split_names(mark.join(["会议室", "停车位"])) == ("会议室", "停车位")
    assert split_names("甲（一、二）、乙") == ("甲（一、二）", "乙")
    assert split_bodies("孝感市\n第一中学") == ("孝感市 第一中学",)
    assert split_bodies("孝感市民政局\n孝感市财政局") == ("孝感市民政局", "孝感市财政局")


def test_id_numbers() -> None:
    # the example of GB 11643
    assert read_id_number("11010519491231002x") == ("11010519491231002X", None)
    number, problem = read_id_number("420902199001011235")
    assert number is None
    assert (problem.code, problem.shown) == ("id_number_invalid", "4209****1235")
    assert read_id_number(4.20902199001011e17)[1].code == "precision_lost"
    assert mask("13907123456") == "139****3456"


def test_phones() -> None:
    for raw in (
        "13907123456",
        13907123456.0,
        "139 0712 3456",
        "+86 139-0712-3456",
        "13907123456/0712-2345678",
    ):
        assert read_phone(raw) == ("13907123456", None), raw
    assert read_phone("0712-2345678")[0] == "07122345678"
    assert read_phone("无") == (None, None)
    assert read_phone("1.39071E+10")[1].code == "phone_invalid"
    assert read_grid_code("东一片") == ("东一片", None)
    assert read_phone("见附件")[1].shown == "****"


def test_persons_among_bodies() -> None:
    for text in ("张三", "居民张三", "李　梅", "欧阳修文", "王女士", "党员李四", "张三（居民）"):
        assert looks_like_person(text), text
    for text in (
        "红十字会",
        "业委会",
        "居民委员会",
        "第一网格",
        "文昌社区",
        "居民",
        "万达广场",
        "民政局",
    ):
        assert not looks_like_person(text), text


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("合成⻓⻘⻔诊部", "合成长青门诊部"),
        ("⼈⺠医院", "人民医院"),
        ("⻄湖桥社区", "西湖桥社区"),
        ("葛\U000e0100店", "葛店"),
        ("书︀院社区", "书院社区"),
        ("好❤️心超市", "好❤️心超市"),
    ],
)
def test_characters_that_look_like_others(written: str, usual: str) -> None:
    assert read_text(written)[0] == usual
    assert plain(written) == plain(usual)
