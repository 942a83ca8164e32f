"""The queue and what decisions do; expected values are worked out by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

import pytest

from graph.model.dataset import Dataset
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import Label, SheetKind, TieType
from graph.model.review import ReviewItem
from graph.model.rows import MemberRow, ResourceRow, TieRow, UnitRow
from graph.model.wanted import WantedGraph
from graph.resolve.decisions import Groups, Ref, pair_key
from graph.review.items import decisions_for, listed
from graph.store.resolving import resolve
from tests.graph.resolve.test_resolve import HOSPITAL, OTHER, dataset, divisions, pairs, ties, units

Verdict = Literal["same", "different", "undo"]


def decide(item: ReviewItem, verdict: Verdict) -> list[Decision]:
    return [
        d
        for d in decisions_for(item, verdict, on="2019-11-01", who="tester")
        if d.value is not None
    ]


def open_items(graph: WantedGraph) -> list[ReviewItem]:
    return [i for i in graph.review if i.state == "open"]


def about(graph: WantedGraph, a: str, b: str, state: str = "open") -> ReviewItem:
    found = [i for i in graph.review if {i.a.name, i.b.name} == {a, b} and i.state == state]
    assert len(found) == 1, [(i.a.name, i.b.name, i.state) for i in graph.review]
    return found[0]


def actors(graph: WantedGraph) -> list[str]:
    return sorted(
        k
        for label in (Label.RESIDENT_UNIT, Label.SOCIAL_ORGANIZATION)
        for k in graph.nodes.get(label, {})
    )


def same_graph(a: WantedGraph, b: WantedGraph) -> bool:
    return a.nodes == b.nodes and a.ties == b.ties and a.waiting == b.waiting


SCHOOL = UnitRow(row=3, name="孝感市第一高级中学", community="书院社区", kind="school")
TIE = TieRow(row=3, subject="孝感一中", object="书院社区", mechanism="agreement")


def roster_and_tie() -> list[Dataset]:
    return [divisions(), units(SCHOOL), ties(TIE)]


class TestQueue:
    def test_a_short_name_is_asked_about_with_reasons_for_and_against(self) -> None:
        graph = resolve(roster_and_tie())
        item = about(graph, "孝感一中", "孝感市第一高级中学")
        assert item.why
        assert item.why_not
        assert graph.to_review == 1
        assert actors(graph) == ["孝感一中@?", "第一高级中学@420902001001"]

    def test_numbers_are_never_asked_about(self) -> None:
        other = TieRow(row=3, subject="孝感市第二高级中学", object="书院社区")
        assert open_items(resolve([divisions(), units(SCHOOL), ties(other)])) == []

    def test_two_listed_in_one_community(self) -> None:
        typo = UnitRow(row=4, name="孝感市第一高级中学校", community="书院社区")
        graph = resolve([divisions(), units(SCHOOL, typo)])
        assert graph.to_review == 1
        done = resolve([divisions(), units(SCHOOL, typo)], decide(open_items(graph)[0], "same"))
        assert actors(done) == ["第一高级中学@420902001001"]

    def test_two_names_that_no_roster_has(self) -> None:
        rows = (
            TieRow(row=3, subject="孝感蓝天救援队", object="书院社区"),
            TieRow(row=4, subject="孝感兰天救援队", object="城站社区"),
        )
        data = [divisions(), ties(*rows)]
        graph = resolve(data)
        item = about(graph, "孝感蓝天救援队", "孝感兰天救援队")
        done = resolve(data, decide(item, "same"))
        assert len(actors(done)) == 1
        assert len(pairs(done, TieType.CO_BUILDS)) == 2

    def test_a_chains_shops_are_not_asked_about(self) -> None:
        rows = (
            UnitRow(row=3, name="便民超市", community="书院社区"),
            UnitRow(row=4, name="便民超市", community="城站社区"),
        )
        assert open_items(resolve([divisions(), units(*rows)])) == []

    def test_a_name_without_its_place_joins_no_two_places(self) -> None:
        names = ("临空经济区管委会", "孝感市临空经济区管委会", "鄂州市临空经济区管委会")
        rows = [UnitRow(row=n, name=name, community="书院社区") for n, name in enumerate(names, 3)]
        keys = actors(resolve([divisions(), units(*rows)]))
        assert len(keys) >= 2
        assert any("鄂州" in key for key in keys)

    def test_homes_are_not_asked_about(self) -> None:
        from graph.model.rows import OrganizationRow

        rows = [
            OrganizationRow(row=n, name=name, kind="party_household", community="书院社区")
            for n, name in ((3, "张小明党员中心户"), (4, "张晓明党员中心户"))
        ]
        data = [divisions(), dataset("orgs", SheetKind.ORGANISATIONS, *rows)]
        assert resolve(data).review == []


class TestDecisions:
    def test_accepted_is_one_body_with_the_name_as_alias(self) -> None:
        data = roster_and_tie()
        item = about(resolve(data), "孝感一中", "孝感市第一高级中学")
        graph = resolve(data, decide(item, "same"))
        assert actors(graph) == ["第一高级中学@420902001001"]
        node = graph.nodes[Label.RESIDENT_UNIT]["第一高级中学@420902001001"]
        assert node["aliases"] == ["孝感一中"]
        assert graph.to_review == 0

    def test_rejected_is_not_asked_again(self) -> None:
        data = roster_and_tie()
        before = resolve(data)
        graph = resolve(data, decide(open_items(before)[0], "different"))
        assert same_graph(graph, before)
        assert graph.to_review == 0

    def test_undone_is_the_graph_of_before(self) -> None:
        data = roster_and_tie()
        before = resolve(data)
        made = decide(open_items(before)[0], "same")
        kept = listed(resolve(data, made).review, made).items
        accepted = [i for i in kept if i.state == "accepted"]
        assert len(accepted) == 1
        (back,) = decisions_for(accepted[0], "undo", on="2019-11-02", who="x")
        assert (back.kind, back.key, back.value) == ("same", made[0].key, None)
        assert same_graph(resolve(data, []), before)

    def test_what_joined_by_itself_can_be_parted_and_joined_again(self) -> None:
        rows = (
            UnitRow(row=3, name="大众超市有限公司", community="书院社区"),
            UnitRow(row=4, name="大众超市", community="书院社区"),
        )
        data = [divisions(), units(*rows)]
        before = resolve(data)
        item = about(before, "大众超市有限公司", "大众超市", "merged")
        assert len(actors(before)) == 1
        parted = resolve(data, decide(item, "undo"))
        assert len(actors(parted)) == 2
        assert parted.to_review == 0

    def test_a_name_joined_by_itself_can_be_parted(self) -> None:
        data = [
            divisions(),
            units(UnitRow(row=3, name="大众超市有限公司", community="书院社区")),
            ties(TieRow(row=3, subject="孝感市大众超市", object="城站社区")),
        ]
        before = resolve(data)
        assert len(actors(before)) == 1
        item = about(before, "大众超市有限公司", "孝感市大众超市", "merged")
        assert len(actors(resolve(data, decide(item, "undo")))) == 2

    def test_names_alone_decide_where_a_code_comes_later(self) -> None:
        data = roster_and_tie()
        made = decide(open_items(resolve(data))[0], "same")
        coded = UnitRow(row=3, name=SCHOOL.name, community="书院社区", kind="school", uscc=HOSPITAL)
        later = [divisions(), units(coded), ties(TIE)]
        graph = resolve(later, made)
        assert actors(graph) == [HOSPITAL]
        assert graph.to_review == 0

    def test_a_code_decides_where_the_name_changes(self) -> None:
        coded = UnitRow(row=3, name=SCHOOL.name, community="书院社区", kind="school", uscc=HOSPITAL)
        made = decide(open_items(resolve([divisions(), units(coded), ties(TIE)]))[0], "same")
        renamed = UnitRow(row=9, name="湖北省孝感高级中学", community="文昌阁社区", uscc=HOSPITAL)
        assert actors(resolve([divisions(), units(renamed), ties(TIE)], made)) == [HOSPITAL]

    def test_order_of_datasets_and_decisions_is_no_matter(self) -> None:
        rows = (
            SCHOOL,
            UnitRow(row=4, name="孝感市玉泉小学", community="书院社区", kind="school"),
            UnitRow(row=5, name="孝感市玉全小学", community="书院社区", kind="school"),
            UnitRow(row=6, name="孝感市金太阳幼儿园", community="文昌阁社区", kind="school"),
        )
        data = [
            divisions(),
            units(*rows),
            ties(TIE, TieRow(row=4, subject="金太陽幼兒圆", object="文昌阁社区")),
        ]
        first = resolve(data)
        made: list[Decision] = []
        for n, item in enumerate(open_items(first)):
            made += decide(item, "same" if n % 2 else "different")
        assert len(made) >= 3
        expected = resolve(data, made)
        rng = random.Random(1)
        for _ in range(4):
            rng.shuffle(data)
            rng.shuffle(made)
            found = resolve(data, made)
            assert same_graph(found, expected)
            assert found.review == expected.review

    def test_different_wins_over_same(self) -> None:
        data = roster_and_tie()
        before = resolve(data)
        item = open_items(before)[0]
        both = [*decide(item, "same"), *decide(item, "different")]
        assert same_graph(resolve(data, both), before)

    def test_what_was_parted_isn_t_joined_by_a_third(self) -> None:
        names = ("孝感市玉泉小学", "孝感市玉全小学", "孝感市玉泉小学校")
        rows = [UnitRow(row=n, name=name, community="书院社区") for n, name in enumerate(names, 3)]
        data = [divisions(), units(*rows)]
        refs = [Ref(name, "420902001001") for name in names]

        def made(kind: Literal["same", "different"], a: Ref, b: Ref) -> Decision:
            value = {"a": a.value(), "b": b.value()}
            return Decision(kind=kind, key=pair_key(a, b), value=value, on="2019-11-01", who="x")

        graph = resolve(
            data,
            [
                made("same", refs[0], refs[2]),
                made("same", refs[1], refs[2]),
                made("different", refs[0], refs[1]),
            ],
        )
        assert len(actors(graph)) == 2


class TestWhatWaits:
    def several(self) -> list[Dataset]:
        return [
            divisions(),
            units(
                UnitRow(row=3, name="大众超市", community="书院社区", uscc=HOSPITAL),
                UnitRow(row=4, name="大众超市有限公司", community="书院社区", uscc=OTHER),
            ),
            ties(
                TieRow(row=3, subject="孝感市大众超市", object="书院社区"),
                TieRow(row=4, subject="孝感市大众超市", object="书院社区", mechanism="pairing"),
            ),
        ]

    def test_a_name_that_fits_several_is_one_question(self) -> None:
        graph = resolve(self.several())
        items = [i for i in open_items(graph) if i.subject == "name"]
        assert [i.b.uscc for i in sorted(items, key=lambda i: i.b.uscc)] == sorted(
            [OTHER, HOSPITAL]
        )
        assert {i.waits for i in items} == {2}
        assert graph.to_review == 1
        assert graph.waiting == {"ties:s": 2}

    def test_accepting_one_settles_the_rows_that_wait(self) -> None:
        data = self.several()
        before = resolve(data)
        item = next(i for i in open_items(before) if i.b.uscc == OTHER)
        graph = resolve(data, decide(item, "same"))
        assert {start for start, _ in pairs(graph, TieType.CO_BUILDS)} == {OTHER}
        assert graph.waiting == {}
        assert graph.to_review == 0

    def test_rejecting_one_of_two_settles_too(self) -> None:
        data = self.several()
        item = next(i for i in open_items(resolve(data)) if i.b.uscc == OTHER)
        graph = resolve(data, decide(item, "different"))
        assert {start for start, _ in pairs(graph, TieType.CO_BUILDS)} == {HOSPITAL}

    def test_a_listed_row_without_a_code_beside_two_with_one(self) -> None:
        bare = UnitRow(row=5, name="大众超市", community="书院社区")
        data = [
            divisions(),
            units(
                UnitRow(row=3, name="大众超市", community="书院社区", uscc=HOSPITAL),
                UnitRow(row=4, name="大众超市", community="书院社区", uscc=OTHER),
                bare,
            ),
        ]
        before = resolve(data)
        assert len(actors(before)) == 3
        assert before.to_review == 1
        item = next(i for i in open_items(before) if i.b.uscc == OTHER)
        graph = resolve(data, decide(item, "same"))
        assert actors(graph) == sorted([HOSPITAL, OTHER])
        assert graph.to_review == 0

    def test_one_code_under_names_that_share_nothing(self) -> None:
        data = [
            divisions(),
            units(
                UnitRow(row=3, name="大众超市", community="书院社区", uscc=HOSPITAL),
                UnitRow(row=4, name="城站小学", community="城站社区", uscc=HOSPITAL),
            ),
        ]
        before = resolve(data)
        assert [i.subject for i in open_items(before)] == ["code"]
        assert before.to_review == 1
        item = open_items(before)[0]
        assert resolve(data, decide(item, "same")).to_review == 0
        parted = resolve(data, decide(item, "different"))
        assert actors(parted) == ["城站小学@420902002001", "大众超市@420902001001"]
        assert parted.to_review == 0

    def test_a_place_that_several_have(self) -> None:
        data = [
            divisions(),
            dataset(
                "resources",
                SheetKind.RESOURCES,
                ResourceRow(row=3, name="会议室", community="文昌社区"),
            ),
        ]
        before = resolve(data)
        assert before.waiting == {"resources:s": 1}
        items = open_items(before)
        assert [i.subject for i in items] == ["place", "place"]
        assert before.to_review == 1
        item = next(i for i in items if i.b.area == "420902002002")
        graph = resolve(data, decide(item, "same"))
        assert graph.waiting == {}
        assert next(iter(graph.nodes[Label.RESOURCE].values()))["area"] == "420902002002"
        assert graph.to_review == 0
        with pytest.raises(UsageError):
            decisions_for(item, "different", on="2019-11-01", who="x")

    def test_no_personal_value_is_shown(self) -> None:
        row = MemberRow(row=3, id_key="p1", community="书院社区", employer="孝感一中")
        members = dataset("members", SheetKind.MEMBERS, row)
        graph = resolve([divisions(), units(SCHOOL), members])
        told = "".join(i.model_dump_json() for i in graph.review)
        assert "孝感一中" in told
        assert "p1" not in told


def test_open_items_cannot_be_undone() -> None:
    with pytest.raises(UsageError):
        decisions_for(open_items(resolve(roster_and_tie()))[0], "undo", on="2019-11-01", who="x")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_groups_never_join_what_was_parted(order: Sequence[int]) -> None:
    groups = Groups(3, [([0], [1])])
    for i in order:
        groups.join(i, 2)
    assert groups.find(0) != groups.find(1)
    assert not groups.join(0, 1)
