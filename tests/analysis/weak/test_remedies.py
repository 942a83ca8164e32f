"""What would change a verdict: every change judged again on the changed city, by brute force."""

from __future__ import annotations

import copy
from itertools import combinations

import pytest
from hypothesis import assume, given, settings

from analysis.city import City as WholeCity
from analysis.policy import Policy
from analysis.weak.remedies import would_change
from analysis.weak.results import VERDICTS, WEAK
from analysis.weak.weak_grids import weak_grids
from graph.model.wanted import WantedTie
from tests.analysis.build import DAY, City
from tests.strategies import cities

SEVERITY = list(VERDICTS)
FRESH = {
    "public": ("unit", "school"),
    "enterprise": ("unit", "market"),
    "social": ("social", "service"),
    "property": ("org", "property_company"),
    "owners": ("org", "owners_committee"),
    None: ("unit", None),
}
LOW = Policy(thin_partners=2, thin_partners_per_1000=2.0, narrow_kinds=2)


def changes_of(c: City, policy=LOW, level="grid"):
    city = WholeCity(c.network(), policy, level=level)
    judged = weak_grids(city)
    return judged, would_change(city, judged), city.layers


def judged_again(c: City, policy, code, *, renew=(), partners=(), fresh=(), main=()):
    """The verdict on an area once ties are renewed and partners added, from the beginning.

    `fresh`: classes of new actors, each tied to the area and to one of `main`.
    """
    c = copy.deepcopy(c)
    for ties in c.wanted.ties.values():
        for key in renew:
            if key in ties:
                tie = ties[key]
                props = {**tie.props, "valid_to": None, "last_sign": DAY}
                ties[key] = WantedTie(tie.start, tie.end, props)
    for key in partners:
        c.tie(key, code)
    for i, kind in enumerate(fresh):
        how, word = FRESH[kind]
        new = getattr(c, how)(f"fresh{i}", word)
        c.tie(new, code)
        c.tie(new, main[i % len(main)])
    found = weak_grids(WholeCity(c.network(), policy))
    return next(a.verdict for a in found.areas if a.code == code)


def reaches(goal, before, verdict):
    if goal == "next":
        return SEVERITY.index(verdict) > SEVERITY.index(before)
    return verdict not in WEAK


def others_in_main(judged, code):
    grids = [a.code for a in judged.areas if a.in_main and a.code != code]
    return grids or [a.code for a in judged.areas if a.code != code]


def well_tied() -> City:
    """Four grids of three kinds of partner each; by hand all adequate under LOW."""
    c = City()
    c.unit("school"), c.unit("market", "market"), c.social("club")
    for grid in ("g1", "g2", "g3", "g4"):
        c.grid(grid, residents=1000)
        for actor in ("school", "market", "club"):
            c.tie(actor, grid)
    return c


# ---------------------------------------------------------------------- properties


@settings(deadline=None, max_examples=40)
@given(cities(max_grids=4, max_actors=6, max_ties=14))
def test_every_change_does_what_it_says(c):
    judged, found, _ = changes_of(c)
    assert set(found) == {a.code for a in judged.areas}
    for area in judged.areas:
        for change in found[area.code]:
            bundle = change.candidates[: change.add]
            fresh = () if bundle else (list(change.kinds) + [None] * change.add)[: change.add]
            verdict = judged_again(
                c,
                LOW,
                area.code,
                renew=change.ties,
                partners=bundle,
                fresh=fresh,
                main=others_in_main(judged, area.code),
            )
            assert verdict == change.after
            assert change.before == area.verdict
            assert all(reaches(goal, area.verdict, verdict) for goal in change.goals)
            assert len(change.ties) == len(change.actors)
            assert change.zh
            assert "{" not in change.zh + change.en


@settings(deadline=None, max_examples=20)
@given(cities(max_grids=3, max_actors=4, max_ties=10, people=False))
def test_no_smaller_change_does_it(c):
    """All sets of lapsed ties, actors and new partners that are smaller than what is told."""
    judged, found, layers = changes_of(c)
    actors = [k for k in layers.actor_keys if not hub(layers, k)]
    for area in judged.areas:
        if area.verdict in ("adequate", "unknown"):
            assert found[area.code] == ()
            continue
        main = others_in_main(judged, area.code)
        assume(main)
        lapsed = lapsed_of(layers, area.code)
        mine = partners_of(layers, area.code)
        goals = ["next", "out_of_weakness"] if area.weak else ["next"]
        for goal in goals:
            told = [x for x in found[area.code] if goal in x.goals]
            smallest = min((len(x.ties) + x.add for x in told), default=None)
            assert smallest is not None
            if smallest > 2:
                continue  # too many sets to try
            for size in range(smallest):
                things = [("renew", t) for t in lapsed.values()]
                things += [("add", a) for a in actors if a not in mine]
                things += [("fresh", kind) for kind in FRESH]
                for chosen in combinations(things, size):
                    verdict = judged_again(
                        c,
                        LOW,
                        area.code,
                        renew=[x for how, x in chosen if how == "renew"],
                        partners=[x for how, x in chosen if how == "add"],
                        fresh=[x for how, x in chosen if how == "fresh"],
                        main=main,
                    )
                    assert not reaches(goal, area.verdict, verdict), (chosen, verdict)
            renewals = [len(x.ties) for x in told if x.kind == "renew"]
            fewest = fewest_renewed(c, area, goal, list(lapsed.values()))
            assert (min(renewals) if renewals else None) == fewest


def hub(layers, key):
    return layers.actors.row(layers.actor_keys.index(key), named=True)["hub"]


def partners_of(layers, code):
    at = layers.codes.index(code)
    return {layers.actor_keys[a] for a in layers.partner_ties(at)}


def lapsed_of(layers, code):
    """Actor that is no partner -> one of its lapsed ties."""
    at, n = layers.codes.index(code), len(layers.codes)
    found = {}
    for row in layers.ties.iter_rows(named=True):
        ends = (row["a"], row["b"])
        other = [e for e in ends if e >= n]
        if row["status"] == "lapsed" and at in ends and other:
            key = layers.actor_keys[other[0] - n]
            if key not in partners_of(layers, code):
                found.setdefault(key, row["tie"])
    return found


def fewest_renewed(c, area, goal, ties):
    for size in range(1, len(ties) + 1):
        for chosen in combinations(ties, size):
            if reaches(goal, area.verdict, judged_again(c, LOW, area.code, renew=chosen)):
                return size
    return None


# ---------------------------------------------------------------------- known answers, by hand


def test_an_isolated_grid_takes_one_partner_for_a_thread_and_two_to_be_safe():
    c = well_tied()
    c.grid("g5", residents=1000)
    changes = changes_of(c)[1]["g5"]
    assert [(x.goals, x.kind, x.add, x.after) for x in changes] == [
        (("next",), "add", 1, "single_thread"),
        (("out_of_weakness",), "add", 2, "adequate"),
    ]
    assert changes[1].candidates == ("club", "market", "school")
    assert "club、market" in changes[1].zh
    assert "Add 2 partners" in changes[1].en


def test_lapsed_ties_are_renewed_where_they_do_it():
    c = well_tied()
    c.grid("g5", residents=1000)
    lapsed = [c.tie(key, "g5", signed="2010-01-01") for key in ("school", "market")]
    changes = changes_of(c)[1]["g5"]
    school, market = lapsed  # actors go by key: the market comes first
    assert [(x.goals, x.kind, x.ties, x.add) for x in changes] == [
        (("next",), "renew", (market,), 0),
        (("next",), "add", (), 1),
        (("out_of_weakness",), "renew", (market, school), 0),
        (("out_of_weakness",), "add", (), 2),
    ]


def test_a_renewal_takes_the_place_of_a_partner_where_it_does_not_do_alone():
    c = well_tied()
    c.grid("g5", residents=1000)
    tie = c.tie("school", "g5", signed="2010-01-01")
    changes = changes_of(c)[1]["g5"]
    both = next(x for x in changes if x.kind == "both")
    assert (both.ties, both.actors, both.add) == ((tie,), ("school",), 1)
    assert both.candidates[0] in ("club", "market")


def test_a_narrow_grid_is_told_the_kinds_that_lack():
    c = well_tied()
    c.grid("g5", residents=1000)
    c.unit("school2"), c.unit("school3")
    for key in ("school", "school2", "school3"):
        c.tie(key, "g5")
        c.tie(key, "g1")
    policy = Policy(thin_partners_per_1000=2.0, narrow_kinds=2)
    (change,) = changes_of(c, policy)[1]["g5"]
    assert (change.before, change.after, change.add) == ("narrow", "adequate", 1)
    assert change.kinds == ("enterprise", "social", "property", "owners")
    assert change.candidates == ("club", "market")


def test_a_thin_grid_is_told_how_many():
    c = well_tied()
    c.grid("g5", residents=3000)  # by hand: 2 per 1,000 are 6 partners
    for key in ("school", "market", "club"):
        c.tie(key, "g5")
    for i in range(5):
        c.unit(f"u{i}")
        c.tie(f"u{i}", "g1")
    (change,) = changes_of(c)[1]["g5"]
    assert (change.before, change.after, change.add) == ("thin", "adequate", 3)
    assert change.candidates[:3] == ("u0", "u1", "u2")


def test_an_actor_behind_the_cut_is_no_candidate():
    """g5 - x - school: by hand, a tie to school leaves all paths through school."""
    c = well_tied()
    c.grid("g5", residents=100)
    c.unit("x")
    c.tie("x", "g5")
    c.tie("school", "x")
    (change,) = (x for x in changes_of(c)[1]["g5"] if x.kind == "add")
    assert (change.before, change.add) == ("single_thread", 1)
    assert change.candidates == ("club", "market")
    assert judged_again(c, LOW, "g5", partners=["school"]) == "single_thread"


def test_a_single_grid_cannot_be_tied_to_another():
    c = City()
    c.grid("g1")
    assert changes_of(c)[1] == {"g1": ()}
    assert changes_of(City())[1] == {}


@pytest.mark.parametrize("level", ["community", "street", "district"])
def test_coarser_areas_are_told_too(level):
    c = well_tied()
    c.street("S2"), c.community("C2", street="S2"), c.grid("h1", community="C2")
    c.district("D2"), c.street("S3", district="D2"), c.community("C3", street="S3")
    judged, found, _ = changes_of(c, level=level)
    assert set(found) == {a.code for a in judged.areas}
    assert any(found.values())


def test_many_lapsed_ties_are_pruned_not_enumerated():
    """Thirty lapsed ties to a grid for which three do: by hand, the policy asks 3 per 1,000."""
    c = well_tied()
    c.grid("g5", residents=10_000)
    for i in range(30):
        c.unit(f"u{i:02d}")
        c.tie(f"u{i:02d}", "g1")
        c.tie(f"u{i:02d}", "g5", signed="2010-01-01")
    for key in ("school", "market", "club"):
        c.tie(key, "g5")
    renew = next(x for x in changes_of(c)[1]["g5"] if x.kind == "renew")
    assert len(renew.ties) == 17  # by hand: 2 per 1,000 are 20 partners, 3 are there
