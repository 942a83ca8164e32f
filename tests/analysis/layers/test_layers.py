"""The layers of small cities. Expected values are by hand; the slow reference at the end goes
over the wanted graph tie by tie, from the definitions."""

from __future__ import annotations

from collections import defaultdict

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.layers.layers import TieLayers, tie_layers
from analysis.layers.lifetime import months_before
from analysis.layers.networkx_graph import networkx_graph
from analysis.policy import Policy
from graph.model.labels import Label, TieType
from graph.model.network import Network
from graph.model.wanted import WantedGraph, WantedTie
from tests.analysis.build import DAY, City
from tests.strategies import cities

POLICY = Policy()


def layers(city, level="grid", policy=POLICY, on=DAY) -> TieLayers:
    return tie_layers(city.network(), policy, on=on, level=level)


def partners(found: TieLayers) -> dict[str, list[str]]:
    out = {code: [] for code in found.codes}
    for area, actor in zip(found.graph.edge_area, found.graph.edge_actor, strict=True):
        out[found.codes[area]].append(found.actor_keys[actor])
    return out


def city_of(*grids: str, **options) -> City:
    c = City(**options)
    c.grid(*grids)
    return c


# ---------------------------------------------------------------------- ties and partners


def test_parallel_ties_are_one_partner_and_all_are_kept():
    c = city_of("g1")
    c.unit("u")
    first = c.tie("u", "g1")
    second = c.tie("u", "g1", "pairing")
    found = layers(c)
    assert partners(found) == {"g1": ["u"]}
    assert found.partner_ties(0) == {0: [first, second]}


def test_only_alive_ties_are_edges_and_a_lapsed_one_is_kept_in_mind():
    c = city_of("g1", "g2")
    c.unit("u")
    lapsed = c.tie("u", "g1", signed="2017-07-31")
    c.tie("u", "g1", signed="2017-08-01")
    c.tie("u", "g2", ended=True)
    c.tie("u", "g2", signed="2019-08-02")
    found = layers(c)
    assert partners(found) == {"g1": ["u"], "g2": []}
    assert found.lapsed_ties == {"g1": [lapsed]}


def test_a_social_organisations_service_is_a_tie_a_persons_is_not():
    c = city_of("g1")
    c.social("s")
    c.serves("s", "g1")
    c.volunteers("g1", 4)
    assert partners(layers(c)) == {"g1": ["s"]}


def test_participation_ties_to_the_events_grid_from_its_day_on():
    c = city_of("g1", "g2", "g3", "g4")
    c.unit("u")
    for grid, day in (("g1", "2019-08-01"), ("g2", "2019-08-02"), ("g3", "2017-07-01")):
        c.takes_part("u", c.event(f"e{grid}", grid, date=day))
    c.takes_part("u", c.event("linkage", "g4", Label.LINKAGE))
    found = layers(c)
    assert partners(found) == {"g1": ["u"], "g2": [], "g3": [], "g4": ["u"]}
    assert list(found.lapsed_ties) == ["g3"]


@pytest.mark.parametrize(
    ("status", "tied"),
    [("claimed", False), ("matched", False), ("running", True), ("done", True)],
)
def test_a_match_at_work_ties_the_provider_to_the_needs_grid(status, tied):
    c = city_of("g1")
    c.unit("u")
    c.offer("u", "hall", "场地", 1)
    c.need("n", "g1", "场地", 1)
    c.match("hall", "n", 1, status)
    assert partners(layers(c)) == {"g1": ["u"] if tied else []}


def test_ties_between_actors_are_pairs_both_ways():
    c = city_of("g1")
    c.unit("u")
    c.unit("v")
    c.tie("u", "v")
    c.tie("v", "u")
    found = layers(c)
    assert (found.graph.pair_one.tolist(), found.graph.pair_other.tolist()) == ([0], [1])
    assert found.pairs.rows() == [("u", "v"), ("v", "u")]


def test_a_tie_of_an_actor_with_itself_is_no_pair():
    c = city_of("g1")
    c.unit("u")
    c.tie("u", "u")
    assert layers(c).graph.pair_one.size == 0


def test_administrative_ties_contacts_and_reports_of_units_are_no_edges():
    c = city_of("g1")
    c.unit("u", area="g1")
    for type_ in (TieType.LOCATED_IN, TieType.COVERS, TieType.CONTACTS, TieType.REPORTS_TO):
        c.add(type_, "u", "g1")
    found = layers(c)
    assert found.ties.is_empty()
    assert found.members.tolist() == [0]


def test_a_tie_with_an_unknown_end_is_left_out():
    c = city_of("g1")
    c.unit("u")
    group = (TieType.CO_BUILDS, Label.RESIDENT_UNIT, Label.GRID)
    c.wanted.ties[group] = {"t": WantedTie("u", "nowhere", {})}
    assert layers(c).ties.is_empty()


# ---------------------------------------------------------------------- people


@pytest.mark.parametrize(("n", "tied"), [(2, False), (3, True)])
def test_enough_members_of_one_unit_make_it_a_partner(n, tied):
    c = city_of("g1")
    c.unit("u")
    c.members("g1", n, employer="u")
    found = layers(c)
    assert partners(found) == {"g1": ["u"] if tied else []}
    assert found.members.tolist() == [n]
    assert found.alive["weight"].to_list() == ([3] if tied else [])


def test_members_of_different_units_inactive_ones_and_those_of_the_community_make_no_tie():
    c = city_of("g1", "g2")
    c.unit("u")
    c.unit("v")
    c.members("g1", 2, employer="u")
    c.members("g1", 1, employer="v")
    c.members("g1", 1, employer="u", last_service="2018-07-31")
    c.members("C1", 5, employer="u")
    found = layers(c)
    assert partners(found) == {"g1": [], "g2": []}
    assert found.members.tolist() == [3, 0]


def test_members_who_serve_but_report_elsewhere_make_no_tie():
    c = city_of("g1")
    c.unit("u")
    for person in c.members("C1", 3, employer="u"):
        c.add(TieType.SERVES, person, "g1")
    found = layers(c)
    assert partners(found) == {"g1": []}
    assert (found.members.tolist(), found.volunteers.tolist()) == ([0], [3])


def test_one_person_in_two_rows_counts_once():
    c = city_of("g1")
    c.unit("u")
    one, *_ = c.members("g1", 2, employer="u")
    c.reports(one, "g1")
    found = layers(c)
    assert found.members.tolist() == [2]
    assert partners(found) == {"g1": []}


def test_a_persons_activity_counts_whatever_the_age_of_the_report():
    c = city_of("g1")
    c.members("g1", registered="2010-01-01", last_service="2018-08-01")
    c.members("g1", registered="2019-08-02")
    assert layers(c).members.tolist() == [1]


def test_people_without_dates_are_counted_apart():
    c = city_of("g1")
    c.members("g1", 2, last_service=None, registered=None)
    c.volunteers("g1", 1, last_service=None, registered=None)
    found = layers(c)
    assert (found.members.tolist(), found.volunteers.tolist()) == ([0], [0])
    assert found.activity_unknown.tolist() == [3]


def test_a_person_with_both_roles_is_a_member_and_a_volunteer():
    c = city_of("g1")
    (person,) = c.members("g1")
    c.add(TieType.SERVES, person, "g1")
    found = layers(c)
    assert (found.members.tolist(), found.volunteers.tolist()) == ([1], [1])


def test_the_policy_sets_how_many_members_make_a_tie():
    c = city_of("g1")
    c.unit("u")
    c.members("g1", 2, employer="u")
    assert partners(layers(c, policy=Policy(members_tie_min=2))) == {"g1": ["u"]}


# ---------------------------------------------------------------------- hubs and places


def test_ties_to_hubs_and_to_the_community_are_no_edges_of_the_grid():
    c = city_of("g1")
    c.unit("u")
    c.org("branch", "grid_branch", "g1")
    c.org("committee", "community_party_committee", "C1")
    to_branch, to_committee, to_area = (c.tie("u", x) for x in ("branch", "committee", "C1"))
    found = layers(c)
    assert partners(found) == {"g1": []}
    assert found.hub_ties == {"g1": [to_branch], "C1": sorted([to_committee, to_area])}
    assert found.links.rows() == [("u", "C1", "area"), ("u", "C1", "hub"), ("u", "g1", "hub")]
    own = c.tie("u", "g1")
    assert layers(c).ties_at["g1"] == sorted([own, to_branch])
    assert layers(c).hub_ties["g1"] == [to_branch]


def test_owners_committees_and_property_companies_are_no_hubs():
    c = city_of("g1")
    c.org("owners", "owners_committee", "g1")
    c.org("property", "property_company", "g1")
    c.tie("owners", "g1")
    c.tie("property", "g1")
    found = layers(c)
    assert partners(found) == {"g1": ["owners", "property"]}
    assert found.actors["actor_class"].to_list() == ["owners", "property"]


def test_a_hubs_tie_to_a_grid_is_not_its_siblings():
    c = city_of("g1", "g2")
    c.community("C2")
    c.org("committee", "community_party_committee", "C1")
    inside = c.tie("committee", "g1")
    assert layers(c).hub_ties == {"g1": [inside]}
    outside = c.tie("committee", "C2")
    assert layers(c).hub_ties == {"g1": [inside], "C1": [outside], "C2": [outside]}


def test_a_hub_in_a_building_sits_in_its_grid():
    c = city_of("g1")
    c.building("b1", grid="g1")
    c.unit("u")
    c.org("group", "building_group", "b1")
    tie = c.tie("u", "group")
    assert layers(c).hub_ties == {"g1": [tie]}


def test_a_hub_of_unknown_place_is_still_no_partner():
    c = city_of("g1")
    c.unit("u")
    c.org("council", "council", None)
    c.tie("u", "council")
    found = layers(c)
    assert (found.hub_ties, found.links.height, found.pairs.height) == ({}, 0, 0)


def test_a_hub_provider_is_linked_to_the_places_of_its_ties():
    c = city_of("g1")
    c.org("centre", "service_centre", "C1")
    c.tie("centre", "g1")
    assert layers(c).links.rows() == [("centre", "g1", "area")]


# ---------------------------------------------------------------------- levels


def test_at_community_level_finer_ties_count_for_it_and_its_hubs_stand_for_it():
    c = city_of("g1", "g2")
    c.community("C2", "C3")
    c.unit("u")
    c.unit("v")
    c.org("committee", "community_party_committee", "C2")
    c.org("branch", "grid_branch", "g1")
    for actor, target in (("u", "g1"), ("u", "g2"), ("u", "committee"), ("v", "branch")):
        c.tie(actor, target)
    to_street = c.tie("v", "S1")
    found = layers(c, "community")
    assert partners(found) == {"C1": ["u", "v"], "C2": ["u"], "C3": []}
    assert to_street in found.hub_ties["S1"]
    assert found.judged_of == {"C1": "C1", "C2": "C2", "C3": "C3", "g1": "C1", "g2": "C1"}


def test_at_street_and_district_level_all_below_counts():
    c = city_of("g1")
    c.unit("u")
    c.tie("u", "g1")
    c.members("g1", 2, employer="u")
    c.members("C1", 1, employer="u")
    for level, code in (("street", "S1"), ("district", "D1")):
        found = layers(c, level)
        assert partners(found) == {code: ["u"]}
        assert found.members.tolist() == [3]
        assert f"members:u>{code}" in found.ties["tie"].to_list()


def test_a_tie_between_two_areas_is_no_edge():
    c = City()
    c.community("C2")
    c.org("committee", "community_party_committee", "C1")
    tie = c.tie("committee", "C2")
    found = layers(c, "community")
    assert partners(found) == {"C1": [], "C2": []}
    assert found.hub_ties == {"C1": [tie], "C2": [tie]}
    assert not networkx_graph(found).edges
    assert networkx_graph(found, hubs=True).has_edge("C1", "C2")


def test_residents_above_the_grid_are_the_areas_own_else_the_sum_where_all_are_known():
    c = City()
    c.community("C2", residents=9)
    c.community("C3")
    c.grid("g1", "g2", residents=100)
    c.grid("h1", community="C2", residents=5)
    c.grid("k1", community="C3", residents=5)
    c.grid("k2", community="C3")
    assert layers(c, "community").areas["residents"].to_list() == [200, 9, None]


# ---------------------------------------------------------------------- coverage


def test_a_community_covers_its_grids_a_grid_only_itself():
    c = City()
    c.community("C2", covered=False)
    c.grid("g1")
    c.grid("h1", community="C2", covered=True)
    c.grid("h2", community="C2")
    assert layers(c).areas["covered"].to_list() == [True, True, False]
    assert layers(c, "community").areas["covered"].to_list() == [True, True]


def test_rosters_cover_only_where_the_policy_says_so():
    c = City()
    c.community("C2", named_by=["members", "resident_units"])
    c.grid("h1", community="C2")
    assert layers(c).areas["covered"].to_list() == [False]
    with_members = Policy(coverage_kinds=("ties", "members"))
    assert layers(c, policy=with_members).areas["covered"].to_list() == [True]


def test_a_street_named_covers_no_grid():
    c = City(plain=True)
    c.district("D1")
    c.street("S1", named_by=["ties"])
    c.community("C1", covered=False)
    c.grid("g1")
    assert layers(c).areas["covered"].to_list() == [False]
    assert layers(c, "street").areas["covered"].to_list() == [True]


# ---------------------------------------------------------------------- views


def test_networkx_views_without_and_with_hubs():
    c = city_of("g1")
    c.unit("u", "school")
    c.org("committee", "community_party_committee", "C1")
    tie, hub_tie = c.tie("u", "g1"), c.tie("u", "committee")
    G = networkx_graph(layers(c))
    assert dict(G.nodes(data="role")) == {"g1": "area", "u": "actor"}
    assert list(G.edges(data="ties")) == [("g1", "u", [tie])]
    assert G.nodes["u"]["actor_class"] == "public"
    H = networkx_graph(layers(c), hubs=True)
    assert H.nodes["committee"]["role"] == "hub"
    assert H.edges["u", "committee"]["ties"] == [hub_tie]
    assert H.edges["g1", "C1"]["ties"] == H.edges["committee", "C1"]["ties"] == []
    assert nx.is_connected(H)


def test_at_a_coarser_level_standing_hubs_are_no_nodes():
    c = city_of("g1")
    c.org("committee", "community_party_committee", "C1")
    c.org("work", "street_work_committee", "S1")
    H = networkx_graph(layers(c, "community"), hubs=True)
    assert set(H) == {"C1", "S1", "D1", "X", "work"}


def test_the_whole_ends_in_a_tree_of_areas():
    c = city_of("g1")
    assert layers(c).parent_of == {"g1": "C1", "C1": "S1", "S1": "D1", "D1": "X"}
    assert layers(c).path_of["g1"] == "/X/D1/S1/C1/g1/"


# ---------------------------------------------------------------------- the slow reference

KINDS_OF_HUBS = set(POLICY.hub_kinds)


def slow_partners(c: City) -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, int]]:
    """Partners, members and number of lapsed ties of each grid, tie by tie."""
    grids = set(c.wanted.nodes.get(Label.GRID, ()))
    actors = {k for k, label in c.label.items() if label in tuple(Label)[6:9]}
    hubs = {k for k in actors if c.label[k] == Label.ORGANIZATION and kind(c, k) in KINDS_OF_HUBS}
    found: dict[str, set[str]] = defaultdict(set)
    members: dict[str, set[str]] = defaultdict(set)
    employed: dict[tuple[str, str], set[str]] = defaultdict(set)
    lapsed: dict[str, int] = defaultdict(int)
    works = {
        t.start: t.end
        for (type_, *_), g in c.wanted.ties.items()
        if type_ == TieType.WORKS_AT
        for t in g.values()
    }
    for (type_, start_label, _), group in c.wanted.ties.items():
        for tie in group.values():
            end, props = tie.end, dict(tie.props)
            if type_ == TieType.PARTICIPATES:
                event = c.node(end)
                end, props = str(event["area"]), {"valid_from": event["date"]}
            co_builds = type_ in (TieType.CO_BUILDS, TieType.PARTICIPATES) or (
                type_ == TieType.SERVES and start_label == Label.SOCIAL_ORGANIZATION
            )
            if co_builds and end in grids:
                state = slow_status(props)
                lapsed[end] += state == "lapsed"
                if state == "alive" and tie.start not in hubs:
                    found[end].add(tie.start)
            if type_ == TieType.REPORTS_TO and end in grids and is_there(c, tie):
                members[end].add(tie.start)
                if tie.start in works:
                    employed[works[tie.start], end].add(tie.start)
    for (employer, grid), people in employed.items():
        if len(people) >= 3 and employer not in hubs:
            found[grid].add(employer)
    return found, members, lapsed


def kind(c: City, key: str) -> object:
    return c.node(key)["kind"]


def slow_status(props) -> str:
    begins, ends = props.get("valid_from"), props.get("valid_to")
    if props.get("ended"):
        return "ended"
    if begins and begins > DAY:
        return "not_begun"
    if ends:
        return "alive" if ends >= DAY else "lapsed"
    signs = [day for day in (begins, props.get("last_sign")) if day]
    return "lapsed" if signs and max(signs) < months_before(DAY, 24) else "alive"


def is_there(c: City, tie: WantedTie) -> bool:
    person = c.node(tie.start)
    last = person["last_service"] or person["registered"]
    begun = not tie.props["valid_from"] or str(tie.props["valid_from"]) <= DAY
    return begun and last is not None and str(last) >= months_before(DAY, 12)


@settings(deadline=None, max_examples=60)
@given(cities())
def test_partners_members_and_lapsed_ties_agree_with_the_slow_reference(c):
    found = layers(c)
    slow, members, lapsed = slow_partners(c)
    assert partners(found) == {g: sorted(slow[g]) for g in found.codes}
    assert found.members.tolist() == [len(members[g]) for g in found.codes]
    assert {g: len(t) for g, t in found.lapsed_ties.items()} == {
        g: n for g, n in lapsed.items() if n
    }


@settings(deadline=None, max_examples=60)
@given(cities(), st.sampled_from(("grid", "community", "street", "district")), st.randoms())
def test_order_of_rows_changes_nothing_and_the_network_stays(c, level, random):
    shuffled = WantedGraph()
    for label, nodes in _shuffled(c.wanted.nodes, random):
        shuffled.nodes[label] = dict(_shuffled(nodes, random))
    for group, ties in _shuffled(c.wanted.ties, random):
        shuffled.ties[group] = dict(_shuffled(ties, random))
    network = c.network()
    before = network.ties.clone()
    one = tie_layers(network, POLICY, on=DAY, level=level)
    other = tie_layers(Network.from_wanted(shuffled, as_of=DAY), POLICY, on=DAY, level=level)
    assert one.ties.equals(other.ties)
    assert one.ends.equals(other.ends)
    assert one.graph.edge_area.tolist() == other.graph.edge_area.tolist()
    assert network.ties.equals(before)


def _shuffled(mapping, random):
    items = list(mapping.items())
    random.shuffle(items)
    return items


@settings(deadline=None, max_examples=60)
@given(cities(), st.sampled_from(("grid", "community")))
def test_the_view_is_the_arrays(c, level):
    found = layers(c, level)
    G = networkx_graph(found)
    assert {frozenset(e) for e in G.edges} == {
        frozenset((found.codes[a], found.actor_keys[b]))
        for a, b in zip(found.graph.edge_area, found.graph.edge_actor, strict=True)
    } | {frozenset(pair) for pair in found.pairs.rows()}
    H = networkx_graph(found, hubs=True)
    assert all(H.has_edge(*edge) for edge in G.edges)
