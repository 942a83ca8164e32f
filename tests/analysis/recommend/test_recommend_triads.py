"""Open triads 三方 and 三社 as candidates: the best choice, and what is told of it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

from analysis.city import City as WholeCity
from analysis.layers.edits import TieEnds, changed_network, new_ties
from analysis.policy import Policy
from analysis.recommend.choice import choose_ties
from analysis.recommend.ground import Ground
from analysis.recommend.recommend import recommend_ties
from analysis.recommend.worth import worth_of
from analysis.tables.triads import open_triads
from analysis.tables.view import View
from graph.model.labels import Label
from graph.model.network import Network
from tests.analysis.build import DAY, City
from tests.analysis.small_cities import pairs_of, small_city

TOLD = ["ties", "organisations", "social_organisations"]


def seen(network: Network, policy: Policy) -> View:
    return View(WholeCity(network, policy, DAY))


def ground_of(city: City, policy: Policy, most: int) -> Ground:
    network = city.network()
    view = seen(network, policy)
    found = view.city
    return Ground(
        network,
        policy,
        found.layers,
        found.gaps,
        found.weak,
        most=most,
        triads=open_triads(view),
    )


def city_with_parties(seed: int) -> City:
    """A small city in whose first community stand the parties of both triads, tied at random."""
    c, rng = small_city(seed, grids=3, actors=2), Random(seed)
    c.node("C1").update({"named_by": TOLD, "social_workers": 2})
    c.org("R", "residents_committee")
    bodies = ["R", "P", "O"]
    c.org("P", "property_company", area="C1")
    c.org("O", "owners_committee", area="C1")
    for key in ("Z1", "Z2")[: rng.randint(0, 2)]:
        c.social(key, area="C1")
    ends = rng.sample([("P", "C1"), ("P", "R"), ("O", "C1"), ("O", "R"), ("P", "O")], 2)
    for one, other in ends:
        c.tie(one, other)
    if rng.random() < 0.5:
        event = c.event("L", "C1", Label.LINKAGE)
        c.node(event).update({"kind": "three_society", "also": ["社工"]})
        for body in [b for b in ("Z1",) if b in c.label] or bodies[:1]:
            c.takes_part(body, event)
    return c


def test_the_choice_is_the_best_by_exhaustive_search() -> None:
    """Every choice of at most two ties is measured; ties that close a triad among them."""
    tried = closing = 0
    for seed in range(40):
        rng = Random(seed)
        policy = Policy(
            triad_weight=rng.choice((0.2, 1.5)),
            max_new_ties_per_actor=rng.choice((1, 2)),
            max_ties_per_actor=rng.choice((2, 20)),
        )
        ground = ground_of(city_with_parties(seed), policy, 2)
        pairs = [
            tie
            for tie in pairs_of_ground(ground)
            if tie.actor in ground.rules.spare and ground.rules.may(*tie)
        ]
        if not ground.triads.found or len(pairs) > 40:
            continue
        best = max(
            (
                worth_of(ground, some).objective
                for size in (1, 2)
                for some in combinations(pairs, size)
                if all(
                    n <= ground.rules.spare[a] for a, n in Counter(t.actor for t in some).items()
                )
            ),
            default=0,
        )
        choice = choose_ties(ground)
        assert choice.objective == best, seed
        assert choice.bound == best, seed
        tried += 1
        closing += bool(worth_of(ground, choice.ties).triads)
    assert tried > 10
    assert closing > 5


def pairs_of_ground(ground: Ground) -> list[TieEnds]:
    return [TieEnds(a, t) for a in ground.layers.actor_keys for t in sorted(ground.places.path)]


def test_triads_that_are_told_to_close_are_closed_in_the_city_judged_again() -> None:
    closed = 0
    for seed in range(16):
        city, policy = city_with_parties(seed), Policy()
        ground = ground_of(city, policy, 4)
        before = {(t.code, t.triad) for t in ground.triads.found}
        for tie in pairs_of(city):
            if not ground.rules.may(*tie):
                continue
            network = changed_network(ground.network, new_ties(ground.network, [tie]), on=DAY)
            after = {(t.code, t.triad) for t in open_triads(seen(network, policy))}
            told = {
                (t.code, t.triad)
                for at, t in enumerate(ground.triads.found)
                if at in ground.triads.closed([tie])
            }
            assert before - after == told, (seed, tie)
            closed += len(told)
        if closed > 5:
            break
    assert closed > 5


def triangle() -> City:
    """A community whose owners' committee isn't tied to it, and a sound grid."""
    c = City()
    c.node("C1").update({"named_by": TOLD, "social_workers": 1})
    c.grid("g1", residents=800)
    c.org("R", "residents_committee", name="居委会")
    c.org("P", "property_company", area="C1", name="安家物业")
    c.org("O", "owners_committee", area="C1", name="业委会甲")
    c.tie("P", "R")
    c.tie("P", "O")
    return c


def test_the_last_tie_of_a_triad_is_recommended_and_says_so() -> None:
    found = recommend_ties(WholeCity(triangle().network(), Policy(), DAY), ties=3)
    tie = next(t for t in found.ties if t.triads)
    assert (tie.actor, tie.target) == ("O", "C1")
    assert [(t.area, t.triad) for t in tie.triads] == [("C1", "三方")]
    assert "三方所差的一条" in tie.why.zh
    assert "residents' committee" in tie.why.en
    assert (found.before.open_triads, found.after.open_triads) == (1, 0)
    assert found.to_polars()["triads"].to_list()[found.ties.index(tie)] == "C1 三方"


def test_forbidden_or_worth_nothing_it_is_none() -> None:
    network = triangle().network()
    for policy, forbidden in ((Policy(), [("O", "*")]), (Policy(triad_weight=0), [])):
        found = recommend_ties(WholeCity(network, policy, DAY), ties=3, forbidden=forbidden)
        assert not any(t.triads for t in found.ties)
        assert found.after.open_triads == 1


def test_a_promised_tie_has_closed_it_already() -> None:
    found = recommend_ties(
        WholeCity(triangle().network(), Policy(), DAY), ties=3, promised=[("O", "C1")]
    )
    assert not any(t.triads for t in found.ties)
    assert found.before.open_triads == 0


def test_a_tie_may_open_a_loose_triad() -> None:
    c = triangle()
    c.community("C2", named_by=TOLD, social_workers=1)
    c.grid("h1", community="C2", residents=800)
    c.org("R2", "residents_committee", area="C2")
    c.org("P2", "property_company", area="C2")
    c.org("O2", "owners_committee", area="C2")
    c.tie("P2", "O2")
    c.offer("P2", "crew", "维修", 5.0)
    c.need("n", "h1", "维修", 5.0)
    found = recommend_ties(WholeCity(c.network(), Policy(), DAY), ties=5)
    assert any(t.actor == "P2" for t in found.ties)
    assert found.before.open_triads == 1
    assert found.after.open_triads in (0, 1)
