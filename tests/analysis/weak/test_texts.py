"""Sentences: what a street official reads. Wording by hand; evidence by key."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from analysis.city import City as WholeCity
from analysis.policy import Policy
from analysis.weak.results import WeakGrids
from analysis.weak.texts import EVIDENCE_MAX, TEMPLATES, Reason, _list, counted
from analysis.weak.weak_grids import weak_grids
from tests.analysis.build import City
from tests.strategies import cities

POLICY = Policy()


def reasons(city: City, code: str, level="grid", policy=POLICY) -> dict[str, Reason]:
    found = weak_grids(WholeCity(city.network(), policy, level=level))
    area = next(a for a in found.areas if a.code == code)
    return {reason.code: reason for reason in area.reasons}


def city() -> City:
    """g1 and g2 share three units; g3 stands alone."""
    c = City()
    c.grid("g1", "g2", residents=1000)
    c.grid("g3", residents=800)
    for key, name, kind in (
        ("school", "实验小学", "school"),
        ("firm", "大众超市", "private_enterprise"),
        ("hospital", "孝感市第一医院", "hospital"),
    ):
        c.unit(key, kind, name=name)
        c.tie(key, "g1")
        c.tie(key, "g2")
    return c


def test_single_thread_names_the_unit_and_its_ties():
    c = city()
    ties = [c.tie("hospital", "g3"), c.tie("hospital", "g3", "pairing")]
    found = reasons(c, "g3")
    assert list(found) == ["single_thread", "thin", "narrow"]
    reason = found["single_thread"]
    assert reason.zh == (
        "只靠1家单位（孝感市第一医院）与其他网格相连，该单位一旦退出，本网格即与共建网络断开。"
    )
    assert reason.en == (
        "Only one actor (孝感市第一医院) joins the grid to other grids; if it withdraws, the grid "
        "is cut off from the network."
    )
    assert reason.evidence == ("hospital", *sorted(ties))
    assert found["thin"].zh == "本网格有居民800人，只有1家共建单位，每千人1.25家，低于3家。"
    assert found["narrow"].zh == (
        "参与共建的只有1类力量（机关事业单位），不足3类；"
        "还缺企业、社会组织、物业公司、业委会、在职党员、志愿者。"
    )


def test_isolated_and_hub_only():
    c = city()
    assert reasons(c, "g3")["isolated"].evidence == ("g3",)
    tie = c.tie("school", "C1")
    c.members("g3", 2)
    c.volunteers("g3")
    found = reasons(c, "g3")["hub_only"]
    assert found.zh == (
        "本网格没有直接的共建单位，目前只靠C1及有关组织的1条共建关系、2名报到党员和1名志愿者支撑。"
    )
    assert found.en.endswith("it lives on 1 tie of C1 and its hubs, 2 members and 1 volunteer.")
    assert found.evidence == (tie,)


def test_hub_only_on_people_alone():
    c = city()
    c.members("g3")
    found = reasons(c, "g3")["hub_only"]
    assert found.zh == "本网格没有直接的共建单位，目前只靠1名报到党员支撑。"
    assert found.evidence == ("g3",)


def test_detached_alone_and_in_a_pair():
    c = city()
    c.unit("clinic", "hospital")
    tie = c.tie("clinic", "g3")
    assert reasons(c, "g3")["detached_alone"].evidence == ("clinic", tie)
    c.grid("g4")
    c.tie("clinic", "g4")
    assert "只与另外1个网格连成一片" in reasons(c, "g3")["detached"].zh
    assert "with 1 other grid only" in reasons(c, "g3")["detached"].en


def test_adequate_says_what_is_good_and_whom_to_look_after():
    c = city()
    c.volunteers("g1")
    found = reasons(c, "g1")
    assert list(found) == ["adequate", "few_threads"]
    assert found["adequate"].zh == (
        "本网格有3家共建单位、3类力量参与共建，至少3家单位同时退出才会与其他网格断开。"
    )
    assert found["few_threads"].zh == (
        "与其他网格相连要靠3家单位（大众超市、孝感市第一医院、实验小学），请重点维护。"
    )
    assert found["few_threads"].evidence[:3] == ("firm", "hospital", "school")


def test_unknown_says_which_data_are_missing():
    c = city()
    c.community("C2", covered=False, name="大院社区")
    c.grid("h1", community="C2")
    found = reasons(c, "h1")
    assert list(found) == ["unknown"]
    assert found["unknown"].zh == (
        "本网格所在的大院社区没有交来共建关系台账、联动台账、项目清单、活动记录，"
        "本网格的共建情况不明，暂不判断强弱。"
    )
    assert found["unknown"].evidence == ("h1", "C2")
    only_ties = Policy(coverage_kinds=("ties",))
    assert reasons(c, "C2", "community", only_ties)["unknown"].zh == (
        "本社区没有交来共建关系台账，本社区的共建情况不明，暂不判断强弱。"
    )


def test_what_else_calls_for_attention():
    c = city()
    lapsed = c.tie("school", "g1", valid_to="2019-07-31")
    undated = c.tie("firm", "g1", signed=None)
    c.members("g1", 2, last_service=None, registered=None)
    found = reasons(c, "g1")
    assert found["lapsed"].zh == "有1条共建关系已过期，或超过24个月没有活动，可以续签。"
    assert found["lapsed"].evidence == (lapsed,)
    assert found["undated"].evidence == (undated,)
    assert "2名党员、志愿者" in found["activity_unknown"].zh
    assert found["activity_unknown"].evidence == ("g1",)


def test_thin_by_number_and_narrow_of_unknown_kind():
    c = City()
    c.grid("g1", "g2")
    for unit in ("u", "v"):
        c.unit(unit, None)
        c.tie(unit, "g1")
        c.tie(unit, "g2")
    found = reasons(c, "g1")
    assert (
        found["thin_count"].zh == "本网格只有2家共建单位，不足3家（居民人数不详，按单位数判断）。"
    )
    assert "请补填单位类别" in found["narrow_none"].zh


def test_evidence_is_bounded():
    c = City()
    c.grid("g1", "g2")
    for number in range(30):
        c.unit(f"u{number:02d}")
        c.tie(f"u{number:02d}", "g1")
        c.tie(f"u{number:02d}", "g2")
    assert len(reasons(c, "g1")["narrow"].evidence) == EVIDENCE_MAX


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")],
)
def test_lists(items, expected):
    assert _list(items, "and") == expected


def test_counts():
    assert (counted(1, "tie", "ties"), counted(2, "tie", "ties")) == ("1 tie", "2 ties")


@settings(deadline=None, max_examples=60)
@given(cities())
def test_every_sentence_is_whole_and_its_evidence_is_known(c):
    found: WeakGrids = weak_grids(WholeCity(c.network(), POLICY))
    known = {*c.label, *(key for group in c.wanted.ties.values() for key in group)}
    for area in found.areas:
        assert (
            area.reasons[0].code.removesuffix("_alone").removesuffix("_count").removesuffix("_none")
            == area.verdict
        )
        for reason in area.reasons:
            assert reason.code in TEMPLATES
            assert reason.zh.endswith("。")
            assert reason.en.endswith(".")
            assert not re.search(r"[{}]|None|（）|\(\)", reason.zh + reason.en)
            assert reason.evidence
            assert all(key in known or key.startswith("members:") for key in reason.evidence)
