"""Matching of names: labelled pairs, and rules that must hold whatever the lists say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.names.compare import compare
from graph.names.parts import name_parts
from graph.names.reasons import reason_texts
from graph.names.seats import place_relation
from tests.graph.names.name_pairs import SETS, judge, pairs

CODE, OTHER = "91330100799655058B", "9144030071526726XG"


class TestLabelledPairs:
    def test_there_are_enough(self) -> None:
        count = sum(1 for file in SETS for _ in pairs(file))
        assert count >= 1000
        assert sum(same for *_, same in pairs("families")) >= 500

    @pytest.mark.parametrize("places", [True, False], ids=["known places", "no places"])
    @pytest.mark.parametrize(
        ("file", "part"),
        [
            ("families", "tuning"),
            ("families", "held"),
            *((name, None) for name in SETS if name != "families"),
        ],
    )
    def test_precise_and_complete(self, file: str, part: str | None, places: bool) -> None:
        score = judge(file, part, places=places)
        assert all(m.why and m.why_not for m in score.asked)
        assert score.precision >= 0.99, score.wrong
        assert score.recall >= 0.95, score.missed
        assert score.queue >= 0.8


class TestNeverConfused:
    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ("孝感市第一中学", "孝感市第二中学"),
            ("孝感一中", "孝感二中"),
            ("城站路一小", "城站路二小"),
            ("金卉庄园1号楼党小组", "金卉庄园2号楼党小组"),
            ("书院街东小学", "书院街西小学"),
            ("孝感汽车客运南站", "孝感汽车客运北站"),
            ("第二十一中学", "第十二中学"),
            ("金太阳幼儿园", "金太阳小学"),
            ("孝南区慈善总会", "云梦县慈善总会"),
            ("孝感市财政局", "孝南区财政局"),
            ("工行孝感分行", "工行孝感分行城站支行"),
            ("丽景湾A区业委会", "丽景湾B区业委会"),
            ("大众超市(文昌店)", "大众超市(城站店)"),
            ("荆州市财政局", "荆州区财政局"),
            ("二七街道三阳社区居委会", "一元街道三阳社区居委会"),
            ("天津市和平区南市街道办事处", "沈阳市和平区南市街道办事处"),
            ("四平市铁东区人民政府", "鞍山市铁东区人民政府"),
        ],
    )
    def test_two_bodies(self, a: str, b: str) -> None:
        found = compare(a, None, b, None)
        assert found.verdict == "different"
        assert found.why_not

    @given(st.integers(1, 99), st.integers(1, 99))
    def test_numbers_part_and_writings_of_one_number_do_not(self, m: int, n: int) -> None:
        tens, ones = divmod(m, 10)
        digits = "零一二三四五六七八九"
        chinese = ("" if tens < 2 else digits[tens]) + ("十" if tens else "")
        chinese += digits[ones] if ones else ""
        verdict = compare(f"孝感市第{chinese}中学", None, f"孝感市第{n}中学", None).verdict
        assert verdict == ("certain" if m == n else "different")


class TestCertain:
    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ("孝感市大众超市有限公司", "孝感市　大众超市有限责任公司"),
            ("孝感市大眾超市（普通合伙）", "孝感市大众超市"),
            ("中国工商银行股份有限公司孝感分行", "工行孝感分行"),
            ("孝感市住房和城乡建设局", "孝感市住建局"),
            ("丽景湾小区业主委员会", "丽景湾小区业委会"),
            ("ＴＣＬ孝感专卖店", "tcl孝感专卖店"),
        ],
    )
    def test_one_name_in_two_writings(self, a: str, b: str) -> None:
        assert compare(a, None, b, None).verdict == "certain"

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ("孝感一中", "孝感市第一高级中学"),
            ("市财政局", "孝感市财政局"),
            ("孝感市中心医院党委", "孝感市中心医院"),
            ("湖北工程学院(原孝感学院)", "孝感学院"),
            ("孝感市妇幼保健院", "孝感市妇幼保建院"),
            ("第一中学", "孝感市第一中学"),
        ],
    )
    def test_likeness_alone_asks(self, a: str, b: str) -> None:
        found = compare(a, None, b, None)
        assert found.verdict == "doubtful"
        assert found.why_not
        assert all(r.zh and r.en for r in (*found.why, *found.why_not))

    def test_codes_settle(self) -> None:
        same = compare("大众超市", None, "孝感百货", None, uscc_a=CODE, uscc_b=CODE)
        assert same.verdict == "certain"
        two = compare("大众超市", None, "大众超市", None, uscc_a=CODE, uscc_b=OTHER)
        assert two.verdict == "different"

    def test_one_code_under_names_that_share_nothing_asks(self) -> None:
        found = compare(
            "大众超市", "420902001001", "城站小学", "420902002001", uscc_a=CODE, uscc_b=CODE
        )
        assert found.verdict == "doubtful"

    def test_a_slip_in_a_code_asks(self) -> None:
        slip = CODE[:5] + "9" + CODE[6:]
        found = compare("大众超市", None, "大众超市", None, uscc_a=CODE, uscc_b=slip)
        assert found.verdict == "doubtful"

    def test_seats_and_kinds_count(self) -> None:
        name = "孝感市大众超市"
        assert compare(name, "420902001001", name, "420902001001").verdict == "certain"
        assert compare(name, "420902001001", name, "420902001002").verdict == "doubtful"
        assert (
            compare("大众超市", "420902001001", "大众超市", "420921001001").verdict == "different"
        )
        kinds = compare(name, None, name, None, kind_a="school", kind_b="market")
        assert kinds.verdict == "doubtful"


class TestPlacesInNames:
    @pytest.mark.parametrize(
        ("a", "b", "verdict"),
        [
            # a numeral in the name of a place counts nothing
            ("四川省绵阳中学", "绵阳中学", "doubtful"),
            ("中国移动通信集团四川有限公司绵阳分公司", "中国移动绵阳分公司", "doubtful"),
            ("四川科瑞律师事务所", "科瑞律所", "doubtful"),
            ("江岸区一元街道三阳社区居委会", "三阳社区居委会", "doubtful"),
            ("三亚市人民医院", "三亚人民医院", "doubtful"),
            # autonomous counties, prefectures and regions
            ("北川羌族自治县人民医院", "北川县人民医院", "certain"),
            ("恩施土家族苗族自治州中心医院", "恩施州中心医院", "certain"),
            ("广西壮族自治区图书馆", "广西图书馆", "doubtful"),
            ("宁夏回族自治区总工会", "自治区总工会", "doubtful"),
            # a city of its own may be just 市
            ("上海市第六人民医院", "市第六人民医院", "doubtful"),
            # a county that became a district
            ("奉化市岳林街道办事处", "奉化区岳林街道办事处", "doubtful"),
            # a place's first character in an abbreviation
            ("绵阳师范学院", "绵师院", "doubtful"),
        ],
    )
    def test_one_body(self, a: str, b: str, verdict: str) -> None:
        assert compare(a, None, b, None).verdict == verdict

    def test_a_group_and_its_company_are_asked_about(self) -> None:
        found = compare("四川九洲电器集团有限责任公司", None, "四川九洲电器股份有限公司", None)
        assert found.verdict == "doubtful"
        assert found.why_not[0].code == "legal_form"


class TestAnyName:
    names = st.text(
        st.sampled_from("孝感市南区第一二小中学医院大众超党委()（原）12AB有限公司"), max_size=14
    )

    @given(names, names)
    def test_symmetric_and_reflexive(self, a: str, b: str) -> None:
        assert compare(a, None, b, None) == compare(b, None, a, None)
        assert compare(a, None, a, None).verdict == "certain"

    @given(st.text(max_size=30), st.text(max_size=30))
    def test_takes_any_text(self, a: str, b: str) -> None:
        found = compare(a, a, b, b)
        assert 0 <= found.score <= 1
        name_parts(a)


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("孝感市孝南区书院街道", "孝感市孝南区新华街道", "street"),
        ("孝感市孝南区", "孝感市孝南区书院街道", "within"),
        ("孝感市孝南区", "孝感市云梦县", "district"),
        ("/4209/420902/420902001/", "/4209/420902/420902001/", "same"),
        ("", "420902", "unknown"),
    ],
)
def test_place_relation(a: str, b: str, relation: str) -> None:
    assert place_relation(a, b) == relation


def test_every_reason_has_its_texts() -> None:
    """Codes that the code gives are those of the data, and no other."""
    room = Path(__file__).parents[3] / "graph"
    told = "".join(p.read_text(encoding="utf-8") for p in sorted(room.rglob("*.py")))
    given = set(re.findall(r'(?:because|Reason)\(\s*"(\w+)"', told))
    given |= {f"bracket_{kind}" for kind in ("former", "also", "without", "inside")}
    given |= {f"seat_{level}" for level in ("community", "street", "district", "city", "apart")}
    assert given == set(reason_texts())
