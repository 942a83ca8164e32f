"""What if: the same as judging a network that was built so, and only the differences told."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.city import City as WholeCity
from analysis.layers.edits import NewOffer
from analysis.layers.layers import tie_layers
from analysis.policy import Policy
from analysis.scenario.edits import NewTie, Scenario
from analysis.scenario.what_if import what_if
from graph.model.errors import UnknownId, UsageError
from graph.model.labels import ACTOR_LABELS, AREA_LABELS, Label, Level, TieType
from graph.model.network import Network
from graph.model.wanted import WantedGraph, WantedTie
from graph.names.categories import code_list
from tests.analysis.build import DAY, City
from tests.strategies import CATEGORIES, cities

HUBS = frozenset(Policy().hub_kinds)


def rebuilt(c: City, scenario: Scenario, level: Level) -> Network:
    """The city built anew with the changes, from the words of the definition."""
    wanted: WantedGraph = deepcopy(c.wanted)
    layers = tie_layers(c.network(), Policy(), on=DAY, level=level)
    judged = set(layers.judged_of)
    gone = {x for x in scenario.remove if c.label.get(x) in ACTOR_LABELS}
    if scenario.without_hubs:
        for key, props in wanted.nodes.get(Label.ORGANIZATION, {}).items():
            above = level == "grid" or props.get("area") not in judged
            if props.get("kind") in HUBS and above:
                gone.add(key)
    ties = {x for x in scenario.remove if x not in gone}
    if scenario.without_hubs:
        for group, found in c.wanted.ties.items():
            for key, tie in found.items():
                end = tie.end
                if group[0] is TieType.PARTICIPATES:
                    end = str(c.node(tie.end)["area"])
                elif not (
                    group[0] is TieType.CO_BUILDS
                    or (group[0] is TieType.SERVES and group[1] is Label.SOCIAL_ORGANIZATION)
                ):
                    continue
                if c.label[end] in AREA_LABELS and end not in judged:
                    ties.add(key)
    offers = [t for g, f in wanted.ties.items() if g[0] is TieType.OFFERS for t in f.values()]
    provided = {t.end for t in offers}
    gone |= provided - {t.end for t in offers if t.start not in gone}
    for found in wanted.nodes.values():
        for key in gone & set(found):
            del found[key]
    renewed = set(scenario.renew)
    for found in wanted.ties.values():
        for key, tie in list(found.items()):
            if key in ties or tie.start in gone or tie.end in gone:
                del found[key]
            elif key in renewed:
                props = {**tie.props, "last_sign": DAY, "valid_to": None}
                found[key] = WantedTie(tie.start, tie.end, props)
    for new in scenario.add:
        group = (TieType.CO_BUILDS, c.label[new.actor], c.label[new.target])
        dates = {"valid_from": DAY, "last_sign": DAY, "mechanism": "agreement"}
        key = f"scenario:{new.actor}>{new.target}"
        wanted.ties.setdefault(group, {})[key] = WantedTie(new.actor, new.target, dates)
    for number, offer in enumerate(scenario.offers, start=1):
        category = code_list().classify(offer.category)
        seat = c.node(offer.provider)
        key = f"scenario:{number}"
        wanted.nodes.setdefault(Label.RESOURCE, {})[key] = {
            "name": offer.category,
            "category": category.name,
            "service": category.service,
            "quantity": offer.quantity,
            "range": offer.range,
            "valid_from": DAY,
            "area": seat.get("area"),
            "path": seat.get("path"),
        }
        group = (TieType.OFFERS, c.label[offer.provider], Label.RESOURCE)
        wanted.ties.setdefault(group, {})[f"{key}:offer"] = WantedTie(offer.provider, key, {})
    return Network.from_wanted(wanted, head="rebuilt", as_of=DAY)


@st.composite
def tried(draw: st.DrawFn) -> tuple[City, Scenario, Level]:
    """A city and a scenario of its own actors, ties and areas."""
    c = draw(cities(needs=True))
    level: Level = draw(st.sampled_from(("grid", "grid", "community", "street")))
    layers = tie_layers(c.network(), Policy(), on=DAY, level=level)
    actors = sorted(k for k, label in c.label.items() if label in ACTOR_LABELS)
    areas = sorted(k for k, label in c.label.items() if label in AREA_LABELS)
    recorded = layers.ties.filter(~layers.ties["derived"])
    ties = sorted(set(recorded["tie"]))
    lapsed = sorted(set(recorded.filter(recorded["status"] == "lapsed")["tie"]))
    some = st.lists(st.sampled_from([*actors, *ties]), max_size=4) if actors else st.just([])
    removed = draw(some)
    staying = [a for a in actors if a not in removed]
    if draw(st.booleans()):
        hubs = {a for a in actors if c.node(a).get("kind") in HUBS}
        staying = [a for a in staying if a not in hubs]
        without = True
    else:
        without = False
    pairs = [(a, b) for a in staying for b in (*areas, *staying) if a != b]
    added = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True)) if pairs else []
    keep = [t for t in lapsed if t not in removed]
    renewed = draw(st.lists(st.sampled_from(keep), max_size=3)) if keep else []
    offers = (
        draw(
            st.lists(
                st.builds(
                    NewOffer,
                    provider=st.sampled_from(staying),
                    category=st.sampled_from([x for x in CATEGORIES if x]),
                    quantity=st.sampled_from((None, 2.0, 2.5)),
                    range=st.sampled_from((None, *areas)),
                ),
                max_size=2,
            )
        )
        if staying
        else []
    )
    scenario = Scenario(
        remove=tuple(removed),
        without_hubs=without,
        add=tuple(NewTie(actor=a, target=b) for a, b in added),
        renew=tuple(renewed),
        offers=tuple(offers),
    )
    return c, scenario, level


def told(found: WholeCity) -> tuple[str, str, str]:
    gaps = found.gaps
    return (
        found.weak.model_dump_json(),
        gaps.by_need().model_dump_json(),
        repr(gaps.offers),
    )


@given(tried())
@settings(max_examples=30, deadline=None)
def test_it_is_the_judgement_of_a_network_built_so(case: tuple[City, Scenario, Level]) -> None:
    c, scenario, level = case
    network = c.network()
    outcome = what_if(WholeCity(network, Policy(), DAY, level), scenario)
    expected = WholeCity(rebuilt(c, scenario, level), Policy(), DAY, level)
    assert told(outcome.after) == told(expected)
    assert told(outcome.before) == told(WholeCity(network, Policy(), DAY, level))


@given(tried())
@settings(max_examples=20, deadline=None)
def test_the_differences_are_all_there_are(case: tuple[City, Scenario, Level]) -> None:
    c, scenario, level = case
    outcome = what_if(WholeCity(c.network(), Policy(), DAY, level), scenario)
    found = outcome.differences()
    told_of = {a.code: a for a in found.areas}
    after = {a.code: a for a in outcome.after.weak.areas}
    for area in outcome.before.weak.areas:
        now = after[area.code]
        if area.code in told_of:
            assert told_of[area.code].before.verdict == area.verdict
            assert told_of[area.code].after.verdict == now.verdict
        else:
            assert (area.verdict, area.cut, area.partners) == (now.verdict, now.cut, now.partners)
    unmoved = {
        n.id: n.parts for n in outcome.before.gaps.needs if n.id not in {d.id for d in found.needs}
    }
    assert unmoved == {n.id: n.parts for n in outcome.after.gaps.needs if n.id in unmoved}


def test_nothing_changed_is_no_difference() -> None:
    c = City()
    c.grid("g1", "g2")
    c.unit("u")
    c.tie("u", "g1")
    c.tie("u", "g2")
    found = what_if(WholeCity(c.network(), Policy()), Scenario()).differences()
    assert (found.areas, found.needs) == ((), ())
    assert found.summary_before == found.summary_after


def test_an_actor_that_withdraws_leaves_what_hung_on_it() -> None:
    """By hand: u holds g1 and g2 together; without it both stand alone."""
    c = City()
    c.grid("g1", "g2")
    c.unit("u")
    c.tie("u", "g1")
    c.tie("u", "g2")
    c.offer("u", "r", "理发", 3)
    c.need("n", "g1", "理发", 2)
    found = what_if(WholeCity(c.network(), Policy()), Scenario(remove=("u",))).differences()
    assert [(a.code, a.before.verdict, a.after.verdict) for a in found.areas] == [
        ("g1", "single_thread", "isolated"),
        ("g2", "single_thread", "isolated"),
    ]
    assert [(n.id, n.before.status, n.after.status) for n in found.needs] == [
        ("n", "matchable", "absent")
    ]


def test_without_the_hubs_what_lives_on_them_is_isolated() -> None:
    """By hand: g1 lives on a tie to its community and one to the committee; neither stays."""
    c = City()
    c.grid("g1", "g2")
    c.org("committee", "community_party_committee")
    c.unit("u")
    c.tie("u", "committee", "cross_membership")
    c.tie("u", "C1")
    found = what_if(WholeCity(c.network(), Policy()), Scenario(without_hubs=True)).differences()
    assert {(a.code, a.before.verdict, a.after.verdict) for a in found.areas} == {
        ("g1", "hub_only", "isolated"),
        ("g2", "hub_only", "isolated"),
    }


def test_lapsed_ties_are_renewed_one_by_one_or_by_area() -> None:
    c = City()
    c.grid("g1", "g2")
    c.unit("u")
    old = c.tie("u", "g1", signed="2010-01-01")
    c.tie("u", "g2")
    one = what_if(WholeCity(c.network(), Policy()), Scenario(renew=(old,))).differences()
    area = what_if(WholeCity(c.network(), Policy()), Scenario(renew=("g1",))).differences()
    assert one.areas == area.areas
    assert {a.code: a.after.verdict for a in one.areas} == {
        "g1": "single_thread",
        "g2": "single_thread",
    }


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(remove=("nobody",)),
        Scenario(remove=("g1",)),
        Scenario(remove=("twin",)),
        Scenario(add=(NewTie(actor="nobody", target="g1"),)),
        Scenario(add=(NewTie(actor="u", target="nowhere"),)),
        Scenario(renew=("g2",)),
        Scenario(renew=("CO_BUILDS:u>g1",)),
        Scenario(offers=(NewOffer(provider="nobody", category="理发"),)),
        Scenario(offers=(NewOffer(provider="u", category="理发", range="nowhere"),)),
    ],
)
def test_what_is_not_there_is_told_by_name(scenario: Scenario) -> None:
    c = City()
    c.grid("g1", "g2")
    c.unit("u")
    c.unit("t1", name="twin")
    c.unit("t2", name="twin")
    c.tie("u", "g1")
    with pytest.raises(UnknownId) as error:
        what_if(WholeCity(c.network(), Policy()), scenario)
    [word] = [
        w
        for w in ("nobody", "nowhere", "twin", "CO_BUILDS:u>g1", "g1", "g2")
        if w in error.value.zh
    ][:1]
    assert word in error.value.en


def test_names_do_where_they_are_unique() -> None:
    c = City()
    c.grid("g1", "g2")
    c.unit("u", name="市第一医院")
    c.tie("u", "g1")
    by_key = Scenario(add=(NewTie(actor="u", target="g2"),))
    by_name = Scenario(add=(NewTie(actor="市第一医院", target="g2"),))
    found = [
        what_if(WholeCity(c.network(), Policy()), s).differences().areas for s in (by_key, by_name)
    ]
    assert found[0] == found[1]


def test_no_tie_leads_to_itself() -> None:
    c = City()
    c.unit("u")
    with pytest.raises(UsageError, match="itself"):
        what_if(WholeCity(c.network(), Policy()), Scenario(add=(NewTie(actor="u", target="u"),)))


def test_of_nothing_nothing_changes() -> None:
    nothing = Network.from_wanted(WantedGraph(), as_of=None)
    assert (
        what_if(WholeCity(nothing, Policy()), Scenario(without_hubs=True)).differences().areas == ()
    )
    with pytest.raises(UnknownId):
        what_if(WholeCity(nothing, Policy()), Scenario(remove=("u",)))


def test_the_employer_of_members_takes_its_derived_tie_along() -> None:
    """By hand: three active members of u make it a partner of g1; without u they stay as people."""
    c = City()
    c.grid("g1", "g2")
    c.unit("u")
    c.members("g1", 3, employer="u")
    c.tie("u", "g2")
    found = what_if(WholeCity(c.network(), Policy()), Scenario(remove=("u",))).differences()
    after = {a.code: (a.before.verdict, a.after.verdict) for a in found.areas}
    assert after == {
        "g1": ("single_thread", "hub_only"),
        "g2": ("single_thread", "isolated"),
    }
