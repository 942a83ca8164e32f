"""Recommended ties: the best there is, worth what is told, within every limit."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from analysis.city import City as WholeCity
from analysis.layers.edits import TieEnds, changed_network, new_ties
from analysis.policy import Policy
from analysis.recommend.choice import choose_ties
from analysis.recommend.ground import Ground
from analysis.recommend.recommend import Recommendations, recommend_ties
from analysis.recommend.worth import worth_of
from graph.model.errors import UnknownArea, UnknownId
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from tests.analysis.build import DAY, City
from tests.analysis.reference_ties import Reference
from tests.analysis.small_cities import small_city

STEPS = (((1, 1.0), (3, 0.5), (None, 0.25)), ((None, 1.0),))


def policy(rng: Random, **more: object) -> Policy:
    return Policy(
        max_new_ties_per_actor=rng.choice((1, 2, 3)),
        max_ties_per_actor=rng.choice((3, 20)),
        fairness_steps=rng.choice(STEPS),
        lift_weight=rng.choice((0.3, 2)),
        **more,  # type: ignore[arg-type]
    )


def ground_of(city: City, policy: Policy, most: int, full: int | None = None) -> Ground:
    network = city.network()
    found = WholeCity(network, policy, DAY)
    return Ground(network, policy, found.layers, found.gaps, found.weak, most=most, full=full)


def best_of(pairs: list[TieEnds], most: int, spare: object, worth: object) -> Fraction:
    """The most that any choice of at most `most` pairs is worth."""
    best = Fraction(0)
    for size in range(1, most + 1):
        for choice in combinations(pairs, size):
            counts = Counter(actor for actor, _ in choice)
            if all(n <= spare(a) for a, n in counts.items()):  # type: ignore[operator]
                best = max(best, worth(choice))  # type: ignore[operator]
    return best


# ----------------------------------------------------------------- the best there is


@pytest.mark.parametrize("block", range(12))
def test_the_choice_is_the_best_by_exhaustive_search(block: int) -> None:
    """120 random cities of one street, every choice tried and measured by the reference."""
    tried = 0
    for seed in range(block * 50, block * 50 + 50):
        rng = Random(seed)
        p = policy(rng)
        city = small_city(seed)
        reference = Reference(city, p)
        pairs = [TieEnds(*pair) for pair in reference.allowed()]
        if not 0 < len(pairs) <= 10 or tried == 10:
            continue
        tried += 1
        most = rng.choice((1, 2, 2))
        ground = ground_of(city, p, most)
        choice = choose_ties(ground)
        assert choice.objective == best_of(pairs, most, reference.spare, reference.objective), seed
        assert choice.bound == choice.objective
        assert choice.proven
        assert reference.objective(choice.ties) == choice.objective
    assert tried == 10


@pytest.mark.parametrize("full", [None, 0])
def test_the_choice_is_the_best_of_two_streets(full: int | None) -> None:
    """More grids to lift, needs that compete across streets, weights of categories; with all
    candidates, and with those that a large city would keep."""
    lifted = 0
    for seed in range(500, 510):
        rng = Random(seed)
        p = policy(rng, category_weights={"维修": 2.5})
        city = small_city(seed, streets=rng.choice((1, 2)), grids=7, actors=6)
        most = 2
        ground = ground_of(city, p, most, full)
        pairs = [
            TieEnds(actor, target)
            for actor in ground.layers.actor_keys
            for target in ground.places.path
            if ground.rules.may(actor, target) and actor in ground.rules.spare
        ]
        if len(pairs) > 36:
            continue
        choice = choose_ties(ground)
        best = best_of(
            pairs,
            most,
            ground.rules.spare.__getitem__,
            lambda c, g=ground: worth_of(g, c).objective,
        )
        assert choice.objective == best, seed
        assert choice.bound >= best
        lifted += bool(worth_of(ground, choice.ties).standing.lifted)
    assert lifted >= 1


def test_worth_is_what_the_city_judged_again_gives() -> None:
    checked = 0
    for seed in range(30):
        rng = Random(seed)
        p = policy(rng, category_weights={"维修": 2.5})
        city = small_city(seed, streets=rng.choice((1, 2)))
        ground = ground_of(city, p, 4)
        if not ground.ties:
            continue
        chosen = rng.sample(ground.ties, min(len(ground.ties), rng.randint(1, 4)))
        before = WholeCity(ground.network, p, DAY)
        after = WholeCity(
            changed_network(ground.network, new_ties(ground.network, chosen), on=DAY), p, DAY
        )
        assert worth_of(ground, chosen).objective == measured(ground, before, after), seed
        checked += 1
    assert checked > 15


def measured(ground: Ground, before: WholeCity, after: WholeCity) -> Fraction:
    """The objective from two whole diagnoses."""
    p, streets = ground.policy, Counter[str]()
    unit = ground.lists.scale.number(ground.typical)
    for old, new in zip(before.gaps.needs, after.gaps.needs, strict=True):
        street = ground.rules.street_of(old.area)
        if old.requested is None:
            reached = bool(new.parts.matchable) - bool(old.parts.matchable)
            streets[street] += reached * Fraction(str(p.unknown_need_weight))
        else:
            more = Fraction(str(new.parts.matchable)) - Fraction(str(old.parts.matchable))
            weight = Fraction(str(p.category_weights.get(old.category or "", 1)))
            streets[street] += more * weight * Fraction(str(p.gap_weight)) / Fraction(str(unit))
    then = {a.code: a for a in before.weak.areas}
    for area in after.weak.areas:
        street = ground.rules.street_of(area.code)
        streets[street] += (then[area.code].weak - area.weak) * Fraction(str(p.lift_weight))
    return sum((ground.fair(Fraction(v)) for v in streets.values()), Fraction(0))


# ----------------------------------------------------------------- what is told


def town() -> City:
    """Two grids that hang together, one that nobody works with, and offers that lie idle."""
    c = City()
    c.grid("g1", "g2", "g3", residents=1000)
    for key in ("u1", "u2", "u3"):
        c.unit(key, "school", "g1")
        c.tie(key, "g1")
        c.tie(key, "g2")
    c.unit("clinic", "hospital", "C1")
    c.offer("clinic", "beds", "床位", 20.0)
    c.need("n1", "g3", "床位", 12.0)
    c.need("n2", "g1", "床位", 5.0)
    c.need("n3", "g2", "床位")
    return c


def recommended(city: City, **options: object) -> Recommendations:
    return recommend_ties(WholeCity(city.network(), Policy()), **options)  # type: ignore[arg-type]


def test_one_tie_to_the_community_closes_all_gaps_of_its_grids() -> None:
    # by hand: the clinic's 20 beds serve 12 + 5, and one need of unknown quantity
    found = recommended(town(), ties=1)
    (tie,) = found.ties
    assert (tie.actor, tie.target) == ("clinic", "C1")
    assert tie.closes == {"n1": 12, "n2": 5, "n3": None}
    assert (found.before.sharing_gap, found.after.sharing_gap) == (17, 0)
    assert found.after.matchable == 17
    assert (tie.load.before, tie.load.after) == (0, 1)
    assert "补上2项需求的缺口（n1 12、n2 5）" in tie.why.zh
    assert tie.why.zh.endswith("。")
    # 17 beds are 17/5 typical gaps (5 is the lower median), the unknown need half a point
    assert found.objective == pytest.approx(17 / 5 + 0.5)
    assert (found.bound, found.gap, found.method) == (found.objective, 0.0, "exact")


def test_two_ties_that_lift_only_together_are_both_chosen() -> None:
    found = recommended(town(), ties=3)
    pairs = [(t.actor, t.target) for t in found.ties]
    assert pairs[0] == ("clinic", "C1")
    assert sorted(t for _, t in pairs[1:]) == ["g3", "g3"]
    last = found.ties[2]
    (lift,) = last.lifts
    assert (lift.area, lift.from_, lift.to) == ("g3", "isolated", "thin")
    assert not found.ties[1].lifts
    assert [t.supports for t in found.ties] == [(), ("g3",), ("g3",)]
    assert (found.before.weak, found.after.weak) == (1, 0)
    assert [c.area for c in found.changes] == ["g3"]


def test_figures_of_the_list_add_up_to_what_is_measured() -> None:
    for seed in range(16):
        city = small_city(seed, streets=2, grids=6, actors=7)
        found = recommend_ties(WholeCity(city.network(), Policy()), ties=4)
        closed = sum(Fraction(str(t.closed)) for t in found.ties)
        more = Fraction(str(found.after.matchable)) - Fraction(str(found.before.matchable))
        assert closed == more
        reached = sum(q is None for t in found.ties for q in t.closes.values())
        assert reached == found.before.unknown_gaps - found.after.unknown_gaps
        lifted = {v.area for t in found.ties for v in t.lifts}
        assert len(lifted) == sum(len(t.lifts) for t in found.ties)
        assert found.objective <= found.bound
        assert all(t.load.after <= t.load.most for t in found.ties)


def test_equal_inputs_give_equal_results() -> None:
    for seed in (3, 11, 19):
        one = recommend_ties(WholeCity(small_city(seed, streets=2).network(), Policy()), ties=3)
        other = recommend_ties(WholeCity(small_city(seed, streets=2).network(), Policy()), ties=3)
        assert one.model_dump_json() == other.model_dump_json()


def test_little_effort_gives_a_bound_that_holds() -> None:
    city = small_city(512, streets=2, grids=7, actors=6)
    best = recommend_ties(WholeCity(city.network(), Policy()), ties=3)
    hurried = recommend_ties(WholeCity(city.network(), Policy(recommend_effort=1e-6)), ties=3)
    assert hurried.objective <= best.objective <= hurried.bound


# ----------------------------------------------------------------- what is asked


def test_promised_ties_are_taken_as_made() -> None:
    found = recommended(town(), ties=1, promised=[("clinic", "C1")])
    assert found.before.sharing_gap == 0
    assert found.promised == (("clinic", "C1"),)
    assert all(t.actor != "clinic" or t.target != "C1" for t in found.ties)


def test_forbidden_pairs_are_left_out() -> None:
    found = recommended(town(), ties=1, forbidden=[("clinic", "C1")])
    assert (found.ties[0].actor, found.ties[0].target) == ("clinic", "g3")
    assert not recommended(town(), ties=1, forbidden=[("clinic", "*"), ("*", "g3")]).ties
    nobody = recommended(town(), ties=5, forbidden=[("*", "g3"), ("clinic", "*")])
    assert nobody.objective == 0


def test_an_actor_with_as_many_ties_as_it_can_look_after_gets_none() -> None:
    found = recommend_ties(WholeCity(town().network(), Policy(max_ties_per_actor=0)), ties=5)
    assert found.ties == ()
    assert [n.code for n in found.notes][-1] == "no_candidates"


def test_ties_go_to_the_area_asked_for() -> None:
    c = town()
    c.community("C2")
    c.grid("g9", community="C2")
    found = recommended(c, ties=5, area="C2")
    assert all("C2" in t.path for t in found.ties)
    with pytest.raises(UnknownArea):
        recommended(c, area="nowhere")
    with pytest.raises(UnknownId):
        recommended(c, promised=[("nobody", "g1")])
    with pytest.raises(ValueError, match="0 to"):
        recommended(c, ties=-1)


def test_an_area_without_tie_data_is_never_lifted_but_its_needs_can_be_closed() -> None:
    c = City()
    c.community("C9", covered=False)
    c.grid("x1", community="C9")
    c.unit("u", "school", "x1")
    c.offer("u", "r", "理发", 3.0)
    c.need("n", "x1", "理发", 2.0)
    (tie,) = recommended(c, ties=5).ties
    assert tie.closes == {"n": 2}
    assert not tie.lifts
    kept = recommend_ties(WholeCity(c.network(), Policy(uncovered_targets=False)), ties=5)
    assert [t.target for t in kept.ties] == ["C9"]  # of communities nothing is judged


def test_why_not_a_nearer_one_is_told() -> None:
    c = City()
    c.grid("g1", "g2")
    c.community("C2")
    c.unit("near", "school", "g1")
    c.unit("far", "hospital", "C2")
    c.offer("far", "r", "理发", 3.0, range="S1")
    c.need("n", "g1", "理发", 2.0)
    (tie,) = recommended(c, ties=1).ties
    assert tie.actor == "far"
    assert tie.why_not_nearer.zh == "更近的有1家：1家补不上缺口，也帮不上脱离薄弱。"


# ----------------------------------------------------------------- all that a city can be


def nothing() -> Network:
    return Network.from_wanted(WantedGraph(), as_of=None)


def no_offers() -> Network:
    c = City()
    c.grid("g1", "g2")
    c.unit("u", "school", "g1")
    c.need("n", "g1", "理发", 2.0)
    return c.network()


def no_needs() -> Network:
    c = City()
    c.grid("g1", "g2")
    c.unit("u", "school", "g1")
    c.offer("u", "r", "理发", 2.0)
    return c.network()


def all_unknown() -> Network:
    c = City()
    c.community("C9", covered=False)
    c.grid("x1", "x2", community="C9")
    c.unit("u", None, "x1")
    c.offer("u", "r", "理发")
    c.need("n", "x2", "理发")
    return c.network()


def all_apart() -> Network:
    c = City()
    c.grid(*(f"g{i:02d}" for i in range(9)))
    for i in range(9):
        c.unit(f"u{i:02d}", "school", f"g{i:02d}")
        c.tie(f"u{i:02d}", f"g{i:02d}")
    return c.network()


def one_grid() -> Network:
    c = City()
    c.grid("g")
    c.unit("u", "school", "g")
    return c.network()


@pytest.mark.parametrize("make", [nothing, no_offers, no_needs, all_unknown, all_apart, one_grid])
@pytest.mark.parametrize("ties", [0, 1, 1000])
def test_every_city_has_a_full_answer(make: object, ties: int) -> None:
    network = make()  # type: ignore[operator]
    found = recommend_ties(WholeCity(network, Policy(recommend_effort=3)), ties=ties)
    assert len(found.ties) <= ties
    assert 0 <= found.gap <= 1
    assert found.objective <= found.bound
    if ties == 0:
        assert found.bound == 0


@pytest.mark.parametrize("level", ["community", "street", "district"])
def test_coarser_levels_are_answered(level: str) -> None:
    c = town()
    c.street("S2")
    c.community("C2", street="S2")
    found = recommend_ties(WholeCity(c.network(), Policy(), level=level), ties=2)  # type: ignore[arg-type]
    assert found.level == level
    assert all(t.target_level == level for t in found.ties)
