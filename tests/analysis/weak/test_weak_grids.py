"""Verdicts of small cities by hand, each on both methods."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.city import City as WholeCity
from analysis.policy import Policy
from analysis.weak.results import VERDICTS, WEAK, WeakGrid, WeakGrids
from analysis.weak.weak_grids import weak_grids
from graph.model.labels import Label
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from tests.analysis.build import DAY, City
from tests.strategies import cities

POLICY = Policy()
KEYS = [
    "code", "name", "path", "verdict", "weak", "rank", "residents", "partners", "partner_kinds",
    "members", "volunteers", "partners_per_1000", "cut", "cut_actors", "component_areas",
    "in_main", "reach_4", "lapsed", "reasons", "would_change", "p_weak", "firm",
]  # fmt: skip
ASKED = [
    "uniform", "weak_end", "z_partners", "q_partners", "coreness", "closeness", "constraint",
    "effective_size", "e_i",
]  # fmt: skip
"""Beyond the contract: null unless asked for."""


def judge(city, level="grid", policy=POLICY, **options) -> WeakGrids:
    """The result, which both methods must give alike."""
    network = city.network()
    found = weak_grids(WholeCity(network, policy, level=level), method="engine", **options)
    assert found == weak_grids(
        WholeCity(network, policy, level=level), method="networkx", **options
    )
    return found


def one(found: WeakGrids, code: str) -> WeakGrid:
    return next(area for area in found.areas if area.code == code)


def verdicts(found: WeakGrids) -> dict[str, str]:
    return {area.code: area.verdict for area in sorted(found.areas, key=lambda a: a.code)}


def well_tied(**residents: int | None) -> City:
    """Grids that share three units of three classes: adequate where residents allow."""
    c = City()
    c.unit("school", "school")
    c.unit("firm", "private_enterprise")
    c.social("club")
    for code, count in residents.items():
        c.grid(code, residents=count)
        for actor in ("school", "firm", "club"):
            c.tie(actor, code)
    return c


# ---------------------------------------------------------------------- verdicts


def test_isolated_nothing_reaches_it():
    c = well_tied(g1=1000, g2=1000)
    c.grid("g3")
    area = one(judge(c), "g3")
    assert (area.verdict, area.weak, area.partners, area.cut) == ("isolated", True, 0, 0)
    assert (area.cut_actors, area.component_areas, area.in_main) == ((), 1, False)
    assert (area.reach_4, area.lapsed, area.partners_per_1000) == (0, (), None)


@pytest.mark.parametrize(
    "give",
    [
        lambda c: c.tie("school", "C1"),
        lambda c: c.tie("school", "committee"),
        lambda c: c.tie("school", "branch"),
        lambda c: c.tie("committee", "g3"),
        lambda c: c.tie("committee", "C2"),
        lambda c: c.members("g3"),
        lambda c: c.volunteers("g3"),
    ],
    ids=["community", "committee", "branch", "hub", "hub-elsewhere", "members", "volunteers"],
)
def test_hub_only_lives_on_its_community_a_hub_or_people(give):
    c = well_tied(g1=1000, g2=1000)
    c.community("C2")
    c.grid("g3")
    c.org("committee", "community_party_committee", "C1")
    c.org("branch", "grid_branch", "g3")
    assert verdicts(judge(c))["g3"] == "isolated"
    give(c)
    area = one(judge(c), "g3")
    assert (area.verdict, area.weak) == ("hub_only", True)


@pytest.mark.parametrize(
    "give",
    [
        lambda c: c.tie("committee", "g1"),
        lambda c: c.tie("school", "sibling"),
        lambda c: c.members("C1", 4, employer="school"),
        lambda c: c.tie("school", "S1"),
        lambda c: c.tie("school", "g3", ended=True),
        lambda c: c.tie("school", "C1", signed="2017-07-31"),
        lambda c: c.members("g3", last_service="2018-07-31"),
    ],
    ids=["hub-to-sibling", "siblings-branch", "members-of-community", "street", "ended",
         "lapsed", "inactive"],
)  # fmt: skip
def test_still_isolated(give):
    c = well_tied(g1=1000, g2=1000)
    c.grid("g3")
    c.org("committee", "community_party_committee", "C1")
    c.org("sibling", "grid_branch", "g1")
    give(c)
    assert verdicts(judge(c))["g3"] == "isolated"


def test_a_closed_pair_of_grids_is_detached():
    c = well_tied(g1=1000, g2=1000, g3=1000)
    c.grid("p1", "p2")
    for unit in ("a", "b", "c"):
        c.unit(unit)
        c.tie(unit, "p1")
        c.tie(unit, "p2")
    found = judge(c)
    assert verdicts(found) == dict.fromkeys(("g1", "g2", "g3"), "adequate") | dict.fromkeys(
        ("p1", "p2"), "detached"
    )
    area = one(found, "p1")
    assert (area.cut, area.component_areas, area.in_main) == (3, 2, False)


def test_partners_that_lead_nowhere_leave_it_detached():
    c = well_tied(g1=1000, g2=1000)
    c.grid("g3")
    c.unit("a")
    c.tie("a", "g3")
    area = one(judge(c), "g3")
    assert (area.verdict, area.cut, area.component_areas) == ("detached", 0, 1)


def test_without_a_main_component_all_with_partners_are_detached():
    c = City()
    c.grid("g1", "g2")
    for grid, unit in (("g1", "a"), ("g2", "b")):
        c.unit(unit)
        c.tie(unit, grid)
    assert verdicts(judge(c)) == {"g1": "detached", "g2": "detached"}


def test_of_equal_components_the_one_with_the_smallest_code_is_the_main_one():
    c = City()
    c.grid("g1", "g2", "g3", "g4")
    for unit, grids in (("a", "g2 g4"), ("b", "g1 g3")):
        c.unit(unit)
        for grid in grids.split():
            c.tie(unit, grid)
    found = judge(c)
    assert [a.code for a in found.areas if a.in_main] == ["g1", "g3"]
    assert verdicts(found)["g2"] == "detached"


def test_single_thread_names_whom_to_look_after():
    c = well_tied(g1=1000, g2=1000)
    c.grid("g3", residents=100)
    c.unit("a")
    c.unit("b")
    c.tie("a", "g3")
    c.tie("b", "g3")
    c.tie("a", "g1")
    area = one(judge(c), "g3")
    assert (area.verdict, area.partners, area.cut, area.cut_actors) == (
        "single_thread", 2, 1, ("a",)
    )  # fmt: skip


def test_thin_by_residents_narrow_by_kinds():
    """3 partners: 3.0 per 1,000 of 1,000 residents isn't below 3.0; of 1,001 it is."""
    found = judge(well_tied(g1=1000, g2=1001))
    assert verdicts(found) == {"g1": "adequate", "g2": "thin"}
    assert one(found, "g1").partners_per_1000 == 3.0
    narrow = Policy(narrow_kinds=4)
    assert verdicts(judge(well_tied(g1=1000, g2=1001), policy=narrow)) == {
        "g1": "narrow", "g2": "thin"
    }  # fmt: skip


@pytest.mark.parametrize("residents", [None, 0])
def test_without_residents_the_number_of_partners_decides(residents):
    c = well_tied(g1=residents, g2=1000)
    area = one(judge(c), "g1")
    assert (area.verdict, area.partners_per_1000, area.residents) == ("adequate", None, residents)
    c.grid("g3", residents=residents)
    c.tie("school", "g3")
    c.tie("firm", "g3")
    area = one(judge(c), "g3")
    assert (area.verdict, area.partners) == ("thin", 2)


def test_the_lapsed_day_decides_the_verdict():
    """A tie last signed 24 months ago to the day is alive; a day longer ago it has lapsed."""
    for signed, verdict in (("2017-08-01", "single_thread"), ("2017-07-31", "isolated")):
        c = well_tied(g1=1000, g2=1000)
        c.grid("g3")
        tie = c.tie("school", "g3", signed=signed)
        area = one(judge(c), "g3")
        assert area.verdict == verdict
        assert area.lapsed == ((tie,) if verdict == "isolated" else ())


def test_lapsed_ties_are_counted_as_ties_also_beside_a_live_one():
    c = well_tied(g1=1000, g2=1000)
    old = [c.tie("school", "g1", valid_to="2019-07-31") for _ in range(2)]
    area = one(judge(c), "g1")
    assert (area.partners, area.lapsed) == (3, tuple(sorted(old)))


def test_an_uncovered_community_is_unknown_never_weak_and_counts_for_others():
    c = well_tied(g1=1000, g2=1000)
    c.community("C2", covered=False)
    c.grid("h1", community="C2", residents=500)
    c.unit("a")
    c.tie("a", "h1")
    c.tie("a", "g1")
    c.tie("a", "g2", valid_to="2018-01-01")
    c.members("h1")
    found = judge(c)
    area = one(found, "h1")
    assert (area.verdict, area.weak, area.rank, area.residents) == ("unknown", False, None, 500)
    measures = set(KEYS[KEYS.index("partners") : KEYS.index("reasons")])
    measures -= {"members", "volunteers"}
    assert (area.members, area.volunteers) == (1, 0)
    assert {name: getattr(area, name) for name in measures} == dict.fromkeys(measures)
    assert one(found, "g1").component_areas == 3
    assert found.areas[-1] == area


# ---------------------------------------------------------------------- measures


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["government", "public_institution", "school", "hospital"], 1),
        (["state_enterprise", "private_enterprise", "service_enterprise", "market"], 1),
        (["other", None], 0),
        (["school", "market", "other"], 2),
    ],
)
def test_partner_kinds_count_classes_of_units(kinds, expected):
    c = City()
    c.grid("g1")
    for number, kind in enumerate(kinds):
        c.unit(f"u{number}", kind)
        c.tie(f"u{number}", "g1")
    area = one(judge(c), "g1")
    assert (area.partners, area.partner_kinds) == (len(kinds), expected)


def test_partner_kinds_has_seven_at_most():
    c = City()
    c.grid("g1")
    c.unit("school", "school")
    c.unit("firm", "market")
    c.social("club", "charity")
    c.social("team", "volunteer_team")
    c.org("owners", "owners_committee")
    c.org("property", "property_company")
    for actor in ("school", "firm", "club", "team", "owners", "property"):
        c.tie(actor, "g1")
    assert one(judge(c), "g1").partner_kinds == 5
    c.members("g1", 2)
    c.volunteers("g1", 1)
    area = one(judge(c), "g1")
    assert (area.partners, area.partner_kinds, area.members, area.volunteers) == (6, 7, 2, 1)


def test_the_cut_is_given_up_to_five():
    c = City()
    c.grid("g1", "g2")
    for number in range(6):
        c.unit(f"u{number}")
        c.tie(f"u{number}", "g1")
        c.tie(f"u{number}", "g2")
    area = one(judge(c), "g1")
    assert (area.partners, area.cut, area.cut_actors, area.reach_4) == (6, 5, None, 1)


def test_at_community_level_a_hub_stands_for_its_community():
    """By hand: the school is tied to C1's committee and to C2; it alone joins the two."""
    c = City()
    c.community("C2", covered=False)
    c.grid("h1", community="C2", covered=True)
    c.unit("school")
    c.org("committee", "residents_committee", "C1")
    c.tie("school", "committee")
    c.tie("school", "h1")
    found = judge(c, "community")
    assert verdicts(found) == {"C1": "single_thread", "C2": "single_thread"}
    assert judge(c).level == "grid"
    assert verdicts(judge(c)) == {"h1": "detached"}


def test_a_community_lives_on_its_streets_hub():
    c = City()
    c.unit("school")
    assert verdicts(judge(c, "community")) == {"C1": "isolated"}
    c.org("work", "street_work_committee", "S1")
    c.tie("school", "work")
    assert verdicts(judge(c, "community")) == {"C1": "hub_only"}


# ---------------------------------------------------------------------- rank, shape, notes


def test_rank_goes_by_severity_residents_needs_and_code():
    c = well_tied(a1=1000, a2=1000, t1=2000)
    c.grid("h1", residents=100)
    c.grid("i1", "i2", "i3", residents=300)
    c.grid("i4")
    c.grid("i5", residents=400)
    c.members("h1")
    found = judge(c, unmet_needs={"i3": 2, "i2": 2, "i4": 9})
    assert [(a.rank, a.code) for a in found.areas] == list(
        enumerate(["i5", "i2", "i3", "i1", "i4", "h1", "t1", "a1", "a2"], start=1)
    )


def test_the_json_has_the_contracts_shape():
    c = well_tied(g1=1000, g2=1000)
    c.grid("g3")
    found = json.loads(judge(c).model_dump_json())
    assert list(found) == [
        "date", "area", "level", "policy_hash", "seed", "areas", "summary", "notes"
    ]  # fmt: skip
    assert all(list(area) == KEYS + ASKED for area in found["areas"])
    assert all(area[key] is None for area in found["areas"] for key in ASKED)
    assert found["areas"][0]["path"] == ["X", "D1", "S1", "C1", "g3"]
    assert found["summary"] == dict.fromkeys(VERDICTS, 0) | {"isolated": 1, "adequate": 2}
    assert (found["date"], found["area"], found["seed"]) == (DAY, None, None)
    assert found["policy_hash"] == POLICY.digest()


def test_an_empty_network_has_no_areas():
    found = weak_grids(WholeCity(Network.from_wanted(WantedGraph(), as_of=None), POLICY))
    assert (found.date, found.areas, found.summary["isolated"]) == (None, (), 0)


def test_the_date_is_the_newest_sheets_unless_one_is_given():
    c = well_tied(g1=1000)
    assert weak_grids(WholeCity(c.network(), POLICY)).date == DAY
    assert weak_grids(WholeCity(c.network(), POLICY, "2018-12-31")).areas[0].verdict == "isolated"


def test_layers_at_hand_and_the_default_method_change_nothing():
    c = well_tied(g1=1000, g2=1000)
    for number in range(300):
        c.unit(f"u{number}")
    city = WholeCity(c.network(), POLICY)
    assert city.layers is city.layers
    assert weak_grids(city) == judge(c)


def test_within_an_area_ranks_stay_and_the_summary_is_its_own():
    c = well_tied(g1=1000, g2=1000)
    c.community("C2")
    c.grid("h1", community="C2")
    found = judge(c).within("C1")
    assert found.area == "C1"
    assert [(a.code, a.rank) for a in found.areas] == [("g1", 2), ("g2", 3)]
    assert (found.summary["isolated"], found.summary["adequate"]) == (0, 2)
    assert judge(c).within("/X/D1/S1/C1/") == found
    assert judge(c).within("C").areas == ()


def test_notes_name_the_level_that_the_data_bear():
    c = City()
    c.grid("g1")
    c.unit("u")
    for signed in ("2019-01-01", "2019-01-02", "2019-01-03", "2019-01-04"):
        c.tie("u", "C1", signed=signed)
    c.tie("u", "g1")  # one in five is enough
    assert judge(c).notes == ()
    c.tie("u", "C1", signed="2019-01-05")
    (note,) = judge(c).notes
    assert note.code == "level_too_fine"
    assert "17%" in note.zh
    assert "--level community" in note.en
    assert judge(c, "community").notes == ()


def test_notes_when_no_level_bears_it_and_when_nothing_is_alive():
    c = City()
    c.grid("g1")
    for unit in ("u", "v"):
        c.unit(unit)
    assert [n.code for n in judge(c).notes] == ["no_ties"]
    c.tie("u", "v")
    assert [n.code for n in judge(c).notes] == ["no_level"]


def test_notes_on_what_is_missing_and_what_is_made_up():
    c = well_tied(g1=1000)
    c.community("C2", covered=False)
    c.grid("h1", community="C2")
    c.tie("school", "g1", signed=None)
    c.volunteers("g1", last_service=None, registered=None)
    c.wanted.nodes[Label.DATASET] = {"d": {"file": "a.xlsx", "synthetic": True}}
    assert [n.code for n in judge(c).notes] == [
        "synthetic", "not_covered", "undated", "activity_unknown"
    ]  # fmt: skip


def test_tables():
    c = well_tied(g1=1000, g2=1000)
    c.grid("g3")
    found = judge(c)
    frame = found.to_polars()
    assert frame.shape == (3, 28)
    assert frame["code"].to_list() == ["g3", "g1", "g2"]
    assert found.to_pandas().shape == (3, 28)
    assert weak_grids(WholeCity(City().network(), POLICY)).to_polars().shape == (0, 28)


def test_the_html_table_escapes_names():
    c = City()
    c.grid("g1", name="</td><script>alert(1)</script>")
    html = judge(c)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


# ---------------------------------------------------------------------- properties


@settings(deadline=None, max_examples=60)
@given(cities(), st.sampled_from(("grid", "community", "street")))
def test_both_methods_agree_and_measures_hold_together(c, level):
    found = judge(c, level)
    for area in found.areas:
        assert area.weak == (area.verdict in WEAK)
        if area.verdict == "unknown":
            continue
        assert area.cut <= min(area.partners, 5)
        assert (area.cut == 0) == (area.component_areas == 1)
        assert area.reach_4 < area.component_areas
        assert area.cut_actors is None or len(area.cut_actors) == area.cut
        assert 0 <= area.partner_kinds <= 7
        assert area.reasons
    assert sum(found.summary.values()) == len(found.areas)
    known = [a.rank for a in found.areas if a.rank is not None]
    assert known == list(range(1, len(known) + 1))


@settings(deadline=None, max_examples=40)
@given(cities(max_ties=10))
def test_keys_are_only_names(c):
    """Actors under other keys: the same verdicts."""
    renamed = WantedGraph(nodes=c.wanted.nodes, ties=c.wanted.ties)
    before = verdicts(judge(c))
    for label in (Label.RESIDENT_UNIT, Label.SOCIAL_ORGANIZATION, Label.ORGANIZATION):
        old = renamed.nodes.get(label, {})
        renamed.nodes[label] = {f"z{_flip(key)}": props for key, props in old.items()}
    for group, ties in renamed.ties.items():
        for key, tie in ties.items():
            start = f"z{_flip(tie.start)}" if group[1] in _ACTOR_LABELS else tie.start
            end = f"z{_flip(tie.end)}" if group[2] in _ACTOR_LABELS else tie.end
            ties[key] = type(tie)(start, end, tie.props)
    again = weak_grids(WholeCity(Network.from_wanted(renamed, as_of=DAY), POLICY))
    assert verdicts(again) == before


_ACTOR_LABELS = (Label.RESIDENT_UNIT, Label.SOCIAL_ORGANIZATION, Label.ORGANIZATION)


def _flip(key: str) -> str:
    """Another order of the keys a0 ... a9."""
    return str(9 - int(key[1:])) if key[1:].isdigit() else key
