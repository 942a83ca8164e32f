"""Ties that hold no grid up: to communities, between actors, lapsed ones, and repeated rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from graph.model.labels import Label
from ingest.synthetic.planted_city import Actor, Community
from ingest.synthetic.tie_plan import TiePlan


def tie_communities(plan: TiePlan, community: Community) -> None:
    """Ties to the community and its committee; none where the community is quiet."""
    if community.mode == "quiet":
        return
    willing = [a for a in community.actors if a.role in ("pool", "own")]
    plan.rng.shuffle(willing)
    share = 0.75 if community.mode == "star" else 0.25
    for actor in willing[: max(1, round(share * len(willing)))]:
        if (
            community.mode == "star"
            and actor.label == Label.RESIDENT_UNIT
            and plan.rng.random() < 0.5
        ):
            actor.cross_member = True
        elif community.mode == "star" or plan.rng.random() < 0.3:
            mechanism = plan.rng.choice(("兼职委员", "共建协议"))
            plan.line(actor, "committee", community, mechanism=mechanism)
        else:
            plan.line(actor, "community", community)
        actor.communities.add(community.code)
    _to_branches(plan, community, willing)
    _services(plan, community)


def _to_branches(plan: TiePlan, community: Community, willing: list[Actor]) -> None:
    for grid in community.grids:
        if grid.verdict == "hub_only" and grid.has_branch and plan.rng.random() < 0.2:
            # only bodies that the community knows already, so that no offer gains a path
            for actor in willing:
                if community.code in actor.communities:
                    plan.line(actor, "branch", community, grid=grid, mechanism="结对共建")
                    break


def _services(plan: TiePlan, community: Community) -> None:
    """服务区域 of social organisations: the community, or grids of the core."""
    core = [g for g in community.grids if g.verdict == "adequate"]
    for actor in community.actors:
        if actor.label != Label.SOCIAL_ORGANIZATION or actor.role != "pool":
            continue
        if core and plan.rng.random() < 0.3:
            for grid in plan.rng.sample(core, min(len(core), 2)):
                actor.serves.append(grid)
                actor.grids.add(grid.code)
                grid.partners[actor.serial] = actor
        elif plan.rng.random() < 0.5:
            actor.serves.append(community)
            actor.communities.add(community.code)


def add_dead_ties(plan: TiePlan, community: Community) -> None:
    """Lapsed, ended and future ties."""
    rng, on = plan.rng, plan.city.on
    someone = [a for a in community.actors if a.role in ("pool", "own")]
    for grid in community.grids:
        if rng.random() < (0.6 if grid.verdict == "isolated" else 0.18):
            plan.lapse(rng.choice(someone), grid)
        if rng.random() < 0.05:
            ended = plan.line(rng.choice(someone), "grid", community, grid=grid)
            ended.status, ended.state = rng.choice(("终止", "已结束", "解除")), "ended"
        if rng.random() < 0.02:
            future = plan.line(rng.choice(someone), "grid", community, grid=grid)
            future.signed = on + timedelta(days=rng.randint(45, 200))
            future.until, future.state = None, "future"
            future.status = None


def cover_grids(plan: TiePlan, community: Community) -> None:
    """See to it that some row names the community: else it would count as unknown."""
    if community.code not in plan.named:
        someone = [a for a in community.actors if a.role in ("pool", "own")]
        plan.lapse(someone[0], community.grids[0])


def tie_actors(plan: TiePlan) -> None:
    for street in plan.city.streets:
        known = [b for b in street.broad if b.community.mode not in ("unknown", "quiet")]
        for a, b in pairwise(known):
            if plan.rng.random() < 0.5:
                plan.line(a, "actor", b.community, other=b)
                a.actors.add(b.serial)
                b.actors.add(a.serial)


def repeat_ties(plan: TiePlan) -> None:
    """Second mechanisms of a pair, and rows that stand twice."""
    alive = [t for t in plan.lines if t.place == "grid" and t.state == "alive"]
    for tie in alive:
        draw = plan.rng.random()
        if draw < 0.05:
            others = [m for m in plan.mechanisms if m != tie.mechanism]
            plan.line(
                tie.subject,
                "grid",
                tie.community,
                grid=tie.grid,
                mechanism=plan.rng.choice(others),
            )
        elif draw < 0.07:
            plan.lines.append(replace(tie))
