"""The cases planted on purpose, and the random rest around them: `make_city`.

A planted case stands in a community of its own that the random part leaves alone; its
answer, known by hand, is noted in `city["planted"]` as {grid: {measure: value}}.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.acceptance.generator import (
    CATEGORIES,
    COARSE,
    SOCIAL_FORMS,
    UNIT_FORMS,
    URGENCY,
    City,
    Maker,
)

PLANTED = 11
"""So many communities, the first of the order, belong to the planted cases."""


def make_city(
    seed: int,
    *,
    streets: int = 5,
    communities: int = 40,
    per_community: int = 5,
    units: int = 1200,
    ties: int = 2000,
    needs: int = 240,
    offers: int = 200,
) -> City:
    """A city with every planted case and a random rest, the same for the same arguments."""
    m = Maker(seed, streets, per_community, communities)
    _offices(m)
    _random_actors(m, units)
    _written_five_ways(m)
    _closed_pair(m)
    _community_only(m)
    _nobody_handed_in(m)
    _dead_ties(m)
    _same_name(m)
    _chain(m)
    _people_cases(m)
    _level_cases(m)
    _several_rosters(m)
    _part_time_member(m)
    _random_ties(m, ties)
    _random_people(m)
    _lists(m, needs, offers)
    return m.city


def regular(m: Maker) -> list[str]:
    """The communities that the random part may use."""
    return m.order[PLANTED:]


def _offices(m: Maker) -> None:
    """The organisations that hold areas by office: hubs."""
    for code, street in m.city["streets"].items():
        m.hub("街道大工委", "street_work_committee", f"{street['name']}大工委", street=code)
    for code in m.order:
        name = _base(m, code)
        m.hub(
            "社区大党委", "community_party_committee", f"{name}大党委", community=code
        )  # fmt: skip
        if m.rng.random() < 0.5:
            m.hub("居委会", "residents_committee", f"{name}居民委员会", community=code)
        for grid in m.city["communities"][code]["grids"]:
            if m.rng.random() < 0.5:
                title = m.city["grids"][grid]["name"]
                m.hub(
                    "网格党支部", "grid_branch", f"{name}{title}党支部", community=code, grid=grid
                )
        if m.rng.random() < 0.2:
            m.hub("党建议事会", "council", f"{name}党建议事会", community=code)


def _base(m: Maker, community: str) -> str:
    return (
        str(m.city["communities"][community]["name"]).replace("居委会", "").replace("村委会", "村")
    )


def committee(m: Maker, community: str) -> str:
    """The community's Party committee."""
    return next(
        str(i)
        for i, a in m.city["actors"].items()
        if a["kind"] == "community_party_committee" and a["community"] == community
    )


def _random_actors(m: Maker, units: int) -> None:
    words = [*UNIT_FORMS, *["民营企业"] * 8, *["服务企业"] * 2, *["学校"] * 2]
    open_to = regular(m)
    for i in range(units):
        community = open_to[i % len(open_to)]
        ident = m.actor("unit", m.rng.choice(words), community)
        m.free[community].append(ident)
        # Only where nothing planted counts on the committee having no ties.
        m.city["actors"][ident]["cross_member"] = m.rng.random() < 0.06
    for i in range(units // 10):
        community = open_to[i * 7 % len(open_to)]
        grids = m.city["communities"][community]["grids"]
        serves: list[tuple[str, str]] = [("grid", g) for g in grids if m.rng.random() < 0.25]
        if m.rng.random() < 0.15:
            serves = [("community", community)]
        word = m.rng.choice(list(SOCIAL_FORMS))
        m.free[community].append(m.actor("social", word, community, serves=serves))
    for i, community in enumerate(open_to):
        for word, kind, form in (
            ("物业公司", "property_company", "{}物业服务有限公司"),
            ("业委会", "owners_committee", "{}花园业主委员会"),
        ):
            if (i + len(word)) % 2:
                ident = m.actor(
                    "organization", word, community,
                    kind=kind, name=m.fresh(form), has_uscc=kind == "property_company",
                )  # fmt: skip
                m.free[community].append(ident)


# ---------------------------------------------------------------------- planted cases


def _written_five_ways(m: Maker) -> None:
    """One partner in eight rows and six spellings; boundary days; identical rows."""
    community = m.order[0]
    g0, g1, *_ = m.city["communities"][community]["grids"]
    five = m.actor(
        "unit", "服务企业", community, name="孝感市网通（城西）科技有限公司", has_uscc=True
    )
    ways = (
        ("孝感市网通（城西）科技有限公司", True),
        ("老电信门市部", True),
        ("孝感市　网通(城西)科技有限公司", False),
        ("网通（城西）科技", False),
        ("孝感市網(wǎng)通（城西）科技有限责任公司", False),
        ("网通 (城西) 科技股份有限公司", None),
    )
    for i, (named, shown) in enumerate(ways):
        m.tie(five, ("grid", g0), named=named, show_uscc=shown, signed=date(2019, 1 + i, 1))
    last = m.tie(five, ("grid", g0), signed=date(2019, 9, 3), mechanism="共建协议")
    m.city["ties"].append(dict(last))  # an identical row is the same tie
    # A unit that the roster knows by name only, and the ties roster with its USCC.
    late = m.actor("unit", "学校", community, has_uscc=True, roster_uscc=False)
    m.tie(late, ("grid", g1), show_uscc=True)
    # Alive on the boundary day, lapsed the day before; a dated end, alive on its last day.
    for signed, end in (
        (date(2018, 2, 28), None),
        (date(2018, 2, 27), None),
        (date(2017, 1, 1), date(2020, 2, 29)),
        (date(2017, 1, 1), date(2020, 2, 28)),
    ):
        unit = m.take(community)
        m.tie(unit, ("grid", g1), signed=signed, valid_to=end, mechanism="共建协议")
    m.tie(five, ("grid", g1), signed=date(2015, 3, 1), valid_to=date(2016, 3, 31))
    m.city["planted"][g0] = {"partners": 1, "partner_kinds": 1, "lapsed": 0, "cut": 0}
    m.city["planted"][g1] = {"partners": 3, "lapsed": 3, "partner_kinds": 2}


def _closed_pair(m: Maker) -> None:
    """Two grids tied to each other by two units, and to nobody else: detached."""
    community = m.order[1]
    a, b, *rest = m.city["communities"][community]["grids"]
    for unit in (m.take(community), m.take(community, "学校")):
        m.tie(unit, ("grid", a))
        m.tie(unit, ("grid", b), signed=None)
    for grid in rest:
        m.tie(m.free[regular(m)[0]][0], ("grid", grid))
    known = {"partners": 2, "partner_kinds": 2, "cut": 2, "component_areas": 2}
    m.city["planted"][a] = {**known, "in_main": False, "verdict": "detached", "reach_4": 1}
    m.city["planted"][b] = m.city["planted"][a]


def _community_only(m: Maker) -> None:
    """Ties to the community and its committee only: every grid lives on its hub."""
    community = m.order[2]
    for i in range(4):
        unit = m.take(community)
        end = ("actor", committee(m, community)) if i % 2 else ("community", community)
        m.tie(unit, end)
    # The object decides, even where the row names a grid as well.
    first = m.city["communities"][community]["grids"][0]
    m.tie(m.take(community), ("community", community), row_grid=first)
    for grid in m.city["communities"][community]["grids"]:
        m.city["planted"][grid] = {"verdict": "hub_only", "partners": 0, "cut": 0, "in_main": False}


def _nobody_handed_in(m: Maker) -> None:
    """No row of the ties roster names the community: unknown, whatever else is known of it."""
    community, other = m.order[3], regular(m)[0]
    a, b, *_ = m.city["communities"][community]["grids"]
    served = m.city["communities"][other]["grids"][0]
    social = m.actor("social", "志愿服务队", community, serves=[("grid", a), ("grid", b)])
    m.tie(social, ("grid", served))  # the unknown grids still count for others
    unit = m.take(community)
    for _ in range(4):
        m.member(m.person(), community, a, employer=unit)
    for grid in m.city["communities"][community]["grids"]:
        m.city["planted"][grid] = {"verdict": "unknown", "partners": None, "cut": None}


def _dead_ties(m: Maker) -> None:
    """Only ended, lapsed and future ties: covered, and isolated."""
    community = m.order[4]
    a, b, *rest = m.city["communities"][community]["grids"]
    m.tie(m.take(community), ("grid", a), ended=True)
    m.tie(m.take(community), ("grid", a), signed=date(2020, 3, 1))
    m.tie(m.take(community), ("grid", b), signed=date(2016, 1, 5), valid_to=date(2018, 1, 4))
    m.volunteer(m.person(), community, b)
    m.member(m.person(), community, None, employer=m.take(community))
    dead = {"partners": 0, "cut": 0, "component_areas": 1, "in_main": False}
    m.city["planted"][a] = {**dead, "verdict": "isolated", "lapsed": 0}
    m.city["planted"][b] = {**dead, "verdict": "hub_only", "lapsed": 1, "volunteers": 1}
    for grid in rest:
        m.city["planted"][grid] = {**dead, "verdict": "isolated", "members": 0}


def _same_name(m: Maker) -> None:
    """One name in two communities: each found at home; named from a third the tie waits."""
    third = m.order[5]
    street = m.city["communities"][third]["street"]
    homes = [c for c in m.order if m.city["communities"][c]["street"] == street and c != third]
    home, second = homes[0], homes[1]
    name = m.fresh("{}幼儿园", prefix=False)
    first = m.actor("unit", "学校", home, name=name, has_uscc=False)
    m.actor("unit", "学校", second, name=name, has_uscc=False)
    if len(homes) > 2:
        grid = m.city["communities"][homes[2]]["grids"][0]
        m.tie(first, ("grid", grid), named=name, waits=True)
    # The third community is covered by the waiting row alone, and by a tie of two actors.
    grids = m.city["communities"][third]["grids"]
    m.tie(first, ("grid", grids[0]), named=name, waits=True)
    for grid in grids:
        m.city["planted"][grid] = {"verdict": "isolated", "partners": 0, "component_areas": 1}


def _chain(m: Maker) -> None:
    """Grids on a thread; actor-actor ties; thin, exactly 3 per 1,000, and a hub as subject."""
    community, away = m.order[6], regular(m)[1]
    grids = m.city["communities"][community]["grids"]
    a, b, c, *rest = grids
    far = m.city["communities"][away]["grids"][0]
    near, link = m.take(community), m.take(away, "机关")
    m.tie(near, ("grid", a))
    m.tie(near, ("actor", link))
    m.tie(link, ("grid", far))
    for unit in (m.take(community), m.take(community, "医院")):
        m.tie(unit, ("grid", a))
    m.city["grids"][a]["residents"] = 1000
    m.city["grids"][b]["residents"] = 1001
    shared = [m.take(community, w) for w in ("学校", "民营企业", "商圈市场")]
    for unit in shared:
        m.tie(unit, ("grid", b))
        m.tie(unit, ("grid", far))
    m.tie(m.take(community, "农民合作社"), ("grid", c))
    for grid in rest:
        m.tie(committee(m, community), ("grid", grid))
    m.city["planted"][a] = {"partners": 3, "partners_per_1000": 3.0, "cut": 1}
    m.city["planted"][b] = {"partners": 3, "partner_kinds": 2, "cut": 3}
    m.city["planted"][c] = {"partners": 1, "partner_kinds": 0, "cut": 0, "verdict": "detached"}
    for grid in rest:
        m.city["planted"][grid] = {"partners": 0, "verdict": "hub_only"}


def _people_cases(m: Maker) -> None:
    """Two, three, four members of one unit; the inactive; one person in several rows."""
    community = m.order[7]
    a, b, c, *rest = m.city["communities"][community]["grids"]
    m.tie(m.take(community), ("grid", a), ended=True)
    for grid in rest:
        m.tie(m.free[regular(m)[2]][0], ("grid", grid))
    two, three, four = (
        m.take(community, "机关"),
        m.take(community, "学校"),
        m.take(community, "医院"),
    )
    for _ in range(2):
        m.member(m.person(), community, a, employer=two)
    old = m.person()
    m.member(old, community, a, employer=two, last=date(2019, 2, 27))
    m.member(m.person(), community, a, employer=two, reported=date(2020, 3, 1))
    m.member(m.person(), community, a, employer=two, reported=None, last=None)
    twice = m.person()
    m.member(twice, community, b, employer=three, show=("id", "phone"))
    m.member(twice, community, b, employer=three, show=("id",), last=None)
    m.member(twice, community, b, employer=three, show=("phone",), last=None)
    m.member(m.person(), community, b, employer=three, last=date(2019, 2, 28))
    m.member(m.person(), community, b, employer=three, last=None, reported=date(2019, 2, 28))
    faint = m.person()
    m.member(faint, community, c, employer=four, show=())
    m.member(faint, community, c, employer=four, show=("id",))
    for _ in range(2):
        m.member(m.person(), community, c, employer=four)
    for _ in range(3):  # at the community only: no derived tie, nobody of the grid's own
        m.member(m.person(), community, None, employer=two)
    both = m.person()  # member long ago, volunteer now: active, in both roles
    m.member(both, community, c, employer=four, last=date(2016, 5, 1))
    m.volunteer(both, community, c, last=date(2020, 1, 15))
    m.city["planted"][a] = {"partners": 0, "members": 2, "verdict": "hub_only"}
    m.city["planted"][b] = {"partners": 1, "members": 3, "partner_kinds": 2}
    m.city["planted"][c] = {"partners": 1, "members": 4, "volunteers": 1, "partner_kinds": 3}


def _level_cases(m: Maker) -> None:
    """Ties to the grid's own branch, to the street's committee; unlisted bodies."""
    community, away = m.order[8], regular(m)[3]
    a, b, c, *_ = m.city["communities"][community]["grids"]
    branches = [i for i, x in m.city["actors"].items() if x["kind"] == "grid_branch"]
    own = [i for i in branches if m.city["actors"][i]["grid"] == a]
    name = f"{_base(m, community)}{m.city['grids'][a]['name']}党支部"
    branch = own[0] if own else m.hub(
        "网格党支部", "grid_branch", name, community=community, grid=a
    )  # fmt: skip
    m.tie(m.take(community), ("actor", branch))
    street = m.city["communities"][community]["street"]
    work = next(i for i, x in m.city["actors"].items()
                if x["kind"] == "street_work_committee" and x["street"] == street)  # fmt: skip
    m.tie(m.take(community), ("actor", work), place=community)
    unlisted = m.actor("unit", "民营企业", community, listed=False, kind=None, has_uscc=True)
    m.tie(unlisted, ("grid", b), show_uscc=True)
    m.tie(unlisted, ("grid", m.city["communities"][away]["grids"][0]), show_uscc=True)
    nameless = m.actor("unit", "民营企业", community, listed=False, kind=None, has_uscc=False)
    m.tie(nameless, ("grid", c))
    m.tie(nameless, ("grid", b))
    m.city["planted"][a] = {"verdict": "hub_only", "partners": 0}
    m.city["planted"][b] = {"partners": 2, "partner_kinds": 0, "cut": 2}
    m.city["planted"][c] = {"partners": 1, "partner_kinds": 0, "cut": 1}


def _several_rosters(m: Maker) -> None:
    """One body in several rosters; the committee as the first named of a tie."""
    community, away = m.order[9], m.free[regular(m)[0]][0]
    grids = m.city["communities"][community]["grids"]
    a, b, *rest = grids
    also = m.city["also"]
    keeper = m.actor(
        "organization", "物业公司", community,
        kind="property_company", name=m.fresh("{}物业有限公司"), has_uscc=True,
    )  # fmt: skip
    also.append({"actor": keeper, "word": "民营企业"})
    social = m.actor("social", "文体类", community, has_uscc=True)
    also.append({"actor": social, "word": "其他"})
    m.tie(keeper, ("grid", a))
    m.tie(social, ("grid", a), show_uscc=True)
    twice = m.actor("unit", "学校", community, name=m.fresh("{}驾校有限公司"), has_uscc=False)
    name = m.city["actors"][twice]["name"].replace("有限公司", "有限责任公司")
    also.append({"actor": twice, "word": "学校", "name": name})
    m.tie(twice, ("grid", b), mechanism="项目")
    m.tie(twice, ("grid", b), mechanism="活动", named=name, show_uscc=False)
    seated = m.actor("unit", "民营企业", community, has_uscc=True)
    second = next(
        c for c in m.order
        if c != community
        and m.city["communities"][c]["street"] == m.city["communities"][community]["street"]
    )  # fmt: skip
    also.append({"actor": seated, "word": "民营企业", "community": second})
    m.tie(seated, ("grid", b))
    centre = m.actor(
        "organization", "一中心三站", community,
        kind="service_centre", name=f"{_base(m, community)}党群服务中心", has_uscc=True, grid=None,
    )  # fmt: skip
    also.append({"actor": centre, "word": "事业单位"})
    host = m.actor("unit", "机关", community, grid=None)
    m.tie(committee(m, community), ("actor", host))
    for grid in rest:
        m.tie(centre, ("grid", grid), show_uscc=True)
        m.city["planted"][grid] = {"partners": 0, "verdict": "hub_only", "cut": 0}
    m.tie(away, ("grid", b))
    m.city["planted"][a] = {"partners": 2, "partner_kinds": 2}
    m.city["planted"][b] = {"partners": 3}
    m.city["hosts"] = [(host, community, rest[0])]


def _part_time_member(m: Maker) -> None:
    """A 兼职委员 in the units roster: a tie to the committee, so nobody here is isolated."""
    community = m.order[10]
    unit = m.take(community)
    m.city["actors"][unit]["cross_member"] = True
    grids = m.city["communities"][community]["grids"]
    m.tie(m.take(community), ("grid", grids[0]), ended=True)
    for grid in grids:
        m.city["planted"][grid] = {"partners": 0, "verdict": "hub_only", "lapsed": 0}


# ---------------------------------------------------------------------- the random rest


def _random_ties(m: Maker, ties: int) -> None:
    open_to = regular(m)
    grids = [g for c in open_to for g in m.city["communities"][c]["grids"]]
    weight = {g: m.rng.choice((0, 1, 1, 2, 3, 5, 8, 13, 13, 13)) for g in grids}
    drawn = [g for g in grids for _ in range(weight[g])]
    by_street: dict[str, list[str]] = {}
    for c in open_to:
        by_street.setdefault(m.city["communities"][c]["street"], []).append(c)
    everybody = [i for c in open_to for i in m.free[c]]
    while len(m.city["ties"]) < ties:
        draw = m.rng.random()
        grid = m.rng.choice(drawn)
        home = m.city["grids"][grid]["community"]
        near = m.rng.choice(by_street[m.city["communities"][home]["street"]])
        pool = m.free[home] if draw < 0.7 else m.free[near] if draw < 0.95 else everybody
        subject = m.rng.choice(pool)
        end = ("grid", grid)
        kind = m.rng.random()
        if kind < 0.06:
            other = m.rng.choice(m.free[home])
            if other == subject:
                continue
            end = ("actor", other)
        elif kind < 0.12:
            end = ("community", home)
        elif kind < 0.16:
            end = ("actor", committee(m, home))
        tie = m.tie(subject, end, **m.dates())
        if m.rng.random() < 0.02:
            m.city["ties"].append(dict(tie))
        elif m.rng.random() < 0.05:  # the same pair in a second tie
            m.tie(subject, end, **m.dates())


def _random_people(m: Maker) -> None:
    for community in regular(m):
        units = [i for i in m.free[community] if m.city["actors"][i]["label"] == "unit"]
        teams = [i for i in m.free[community] if m.city["actors"][i]["label"] == "social"]
        for grid in [*m.city["communities"][community]["grids"], None]:
            for _ in range(m.rng.choice((0, 0, 1, 1, 2))):
                unit = m.rng.choice(units)
                for _ in range(m.rng.choice((1, 2, 3, 4, 5))):
                    _random_member(m, community, grid, unit)
            for _ in range(m.rng.choice((0, 0, 1, 2, 6))):
                team = m.rng.choice(teams) if teams and m.rng.random() < 0.5 else None
                registered = m.rng.choice((None, m.day("2016-01-01", "2019-08-01")))
                m.volunteer(
                    m.person(), community, grid,
                    team=team, registered=registered, show=_shown(m), **m.service(),
                )  # fmt: skip


def _random_member(m: Maker, community: str, grid: str | None, unit: str) -> None:
    reported = m.rng.choice((None, *(m.day("2017-01-01", "2020-02-01") for _ in range(5))))
    person = m.person()
    given: dict[str, Any] = {"employer": unit, "reported": reported, **m.service()}
    m.member(person, community, grid, show=_shown(m), **given)
    if m.rng.random() < 0.05:  # the same person in the volunteers roster, elsewhere
        other = m.rng.choice(regular(m))
        grids = m.city["communities"][other]["grids"]
        row = m.city["members"][-1]
        m.volunteer(person, other, m.rng.choice(grids), show=row["show"], registered=None,
                    **m.service())  # fmt: skip


def _shown(m: Maker) -> tuple[str, ...]:
    return m.rng.choice((("id", "phone"), ("id", "phone"), ("id",), ("phone",)))


def _lists(m: Maker, needs: int, offers: int) -> None:
    rng, city = m.rng, m.city
    open_to = regular(m)
    for i in range(offers):
        community = rng.choice(open_to)
        provider = rng.choice(m.free[community])
        text, _, unit = rng.choice(CATEGORIES)
        if i % 29 == 0:
            text, unit = rng.choice(COARSE)[0], "人次"
        if i % 41 == 0:
            text, unit = "", "件"
        street = city["communities"][community]["street"]
        grids = city["communities"][community]["grids"]
        reach = rng.choice(
            (None, None, community, community, street, street, rng.choice(grids),
             city["streets"][street]["district"], "4209")
        )  # fmt: skip
        size = rng.choice((5, 8, 10, 20, 40))
        quantity = None if rng.random() < 0.15 else size * (5000 if unit == "元" else 1)
        city["resources"].append(
            {
                "name": f"{text or '其他'}供给{i + 1}号",
                "provider": provider,
                "category": text,
                "quantity": quantity,
                "unit": unit,
                "range": reach,
                "valid_to": None if rng.random() < 0.5 else m.end("2019-06-01", "2021-12-31"),
                "opening": rng.choice((None, "周一至周五 8:30-17:30", "全天")),
            }
        )
    tied: dict[str, list[dict[str, Any]]] = {}
    for tie in city["ties"]:
        tied.setdefault(tie["subject"], []).append(tie)
    for host, community, grid in city["hosts"]:
        # The committee's tie connects its community, the requester's seat is the need's place.
        city["resources"].append(
            {
                "name": "大院礼堂借用",
                "provider": host,
                "category": "文化体育",
                "quantity": 7,
                "unit": "场",
                "range": community,
                "valid_to": m.day("2020-02-29", "2020-02-29"),
                "opening": "周末",
            }
        )
        need = {"unit": "场", "category": "文化体育", "community": community}
        need |= {"due": None, "status": None, "urgency": "紧急", "quantity": 4}
        city["needs"].append({**need, "name": "礼堂演出", "requester": host, "grid": None})
        city["needs"].append({**need, "name": "网格演出", "requester": None, "grid": grid})
    known = [o for o in city["resources"] if o["category"] and tied.get(o["provider"])]
    for i in range(needs):
        community = rng.choice(m.order if i % 5 == 0 else open_to)
        grid = rng.choice([None, *city["communities"][community]["grids"]])
        text, _, unit = rng.choice(CATEGORIES)
        if rng.random() < 0.6:  # where some provider of the category has been at work
            offer = rng.choice(known)
            text, unit = offer["category"], offer["unit"]
            tie = rng.choice(tied[offer["provider"]])
            community = tie["place"]
            grid = tie["object"][1] if tie["object"][0] == "grid" else None
        if i % 17 == 0:
            text, unit = rng.choice(COARSE)[0], "人次"
        if i % 23 == 0:  # nobody offers it
            text, unit = "宠物寄养", "只"
        if i % 37 == 0:
            text, unit = "", "件"
        size = rng.randint(1, 25) * (4000 if unit == "元" else 1)
        city["needs"].append(
            {
                "name": f"{text or '其他'}诉求{i + 1}号",
                "requester": None,
                "category": text,
                "community": community,
                "grid": grid,
                "quantity": None if rng.random() < 0.2 else size,
                "unit": unit,
                "urgency": rng.choice((*URGENCY, "一般", None)),
                "due": None if rng.random() < 0.5 else m.end("2020-03-01", "2020-12-31"),
                "status": rng.choice((None, "未对接", "对接中", "已完成")),
            }
        )
