"""The closed word lists of the domain: kinds, mechanisms, services, urgency.

Values here are what statements and nodes carry. Which words of a sheet stand for which value
is data (`ingest/data/headers.yaml`); Chinese labels here are for people.
"""

from __future__ import annotations

from graph.model.texts import catalogue

ORGANIZATION_KINDS: dict[str, str] = {
    "street_work_committee": "街道大工委",
    "community_party_committee": "社区大党委",
    "grid_branch": "网格党支部",
    "building_group": "楼栋党小组",
    "party_household": "党员中心户",
    "residents_committee": "居委会",
    "owners_committee": "业委会",
    "property_company": "物业公司",
    "council": "党建议事会",
    "service_centre": "一中心三站",
}
UNIT_KINDS: dict[str, str] = {
    "government": "机关",
    "public_institution": "事业单位",
    "state_enterprise": "国有企业",
    "private_enterprise": "民营企业",
    "school": "学校",
    "hospital": "医院",
    "service_enterprise": "服务企业",
    "market": "商圈市场",
    "other": "其他",
}
SOCIAL_KINDS: dict[str, str] = {
    "service": "服务类",
    "charity": "公益慈善类",
    "mutual_help": "互助类",
    "culture_sport": "文体类",
    "rural_technical": "农村专业技术类",
    "volunteer_team": "志愿服务队",
    "association": "协会",
}
MECHANISMS: dict[str, str] = {
    "agreement": "共建协议",
    "cross_membership": "兼职委员",
    "council_chair": "轮值主席",
    "pairing": "结对共建",
    "project": "项目",
    "activity": "活动",
    "resource_sharing": "资源共享",
    "members": "在职党员报到",
}
RESOURCE_KINDS: dict[str, str] = {
    "venue": "场地",
    "people": "人员",
    "equipment": "设备物资",
    "information": "信息",
    "money": "资金",
    "service": "服务",
}
SERVICES: dict[str, str] = {
    "care": "关爱服务",
    "public": "公共服务",
    "government": "政务服务",
    "market": "市场服务",
    "social": "社会服务",
}
LINKAGE_KINDS: dict[str, str] = {
    "three_party": "三方联动",
    "three_society": "三社联动",
    "council": "议事会",
}
FUND_KINDS: dict[str, str] = {
    "fiscal": "财政",
    "fee_with_task": "费随事转",
    "party_dues": "党费划拨",
    "donation": "社会支持",
    "own": "自我补充",
}
ROLES: dict[str, str] = {
    "lead": "牵头",
    "participant": "参与",
    "convener": "召集",
    "chair": "轮值主席",
}
"""Roles in a linkage, project or activity: `role` of `PARTICIPATES`."""
PROGRESS: dict[str, str] = {
    "planned": "未启动",
    "claimed": "认领",
    "matched": "对接",
    "running": "实施",
    "done": "完成",
    "evaluated": "评价",
    "ended": "终止",
}
"""How far a project is. All but the first and the last are stages of a match as well."""
CLOSED_LISTS: dict[str, dict[str, str]] = {
    "organization_kinds": ORGANIZATION_KINDS,
    "unit_kinds": UNIT_KINDS,
    "social_kinds": SOCIAL_KINDS,
    "mechanisms": MECHANISMS,
    "resource_kinds": RESOURCE_KINDS,
    "linkage_kinds": LINKAGE_KINDS,
    "fund_kinds": FUND_KINDS,
    "progress": PROGRESS,
}
"""Name of a list (`ingest/data/headers.yaml`) -> value -> Chinese word."""
URGENCY: tuple[str, ...] = ("特急", "紧急", "一般")
"""Words of urgency, most urgent first; a need without one counts as the last."""

NAMED_BY_OFFICE = frozenset(
    {
        "street_work_committee",
        "community_party_committee",
        "grid_branch",
        "residents_committee",
        "council",
        "service_centre",
    }
)
"""Kinds of which an area has one: without a USCC their key is (kind, area). The other kinds
(owners' committees, building groups, party households, property companies) may be several
in one area and are told apart by name."""
AREA_OFFICES = (
    "street_work_committee",
    "community_party_committee",
    "grid_branch",
    "residents_committee",
    "building_group",
    "party_household",
    "council",
    "service_centre",
)
"""Kinds of organisation that hold an area together by office."""


LEVEL_WORDS: dict[str, tuple[str, str, str]] = {
    "grid": ("网格", "grid", "grids"),
    "community": ("社区", "community", "communities"),
    "street": ("街道", "street", "streets"),
    "district": ("区县", "district", "districts"),
}


KIND_WORDS: dict[str, tuple[str, str]] = {
    "public": ("机关事业单位", "public bodies"),
    "enterprise": ("企业", "enterprises"),
    "social": ("社会组织", "social organisations"),
    "property": ("物业公司", "property companies"),
    "owners": ("业委会", "owners' committees"),
    "members": ("在职党员", "members"),
    "volunteers": ("志愿者", "volunteers"),
}
"""What `partner_kinds` counts, in the order in which it is told."""


SHEET_WORDS = catalogue({
    "divisions": ("区划代码表", "divisions"),
    "areas": ("区划网格表", "areas"),
    "organisations": ("组织台账", "organisations"),
    "resident_units": ("驻区单位台账", "resident units"),
    "social_organisations": ("社会组织台账", "social organisations"),
    "members": ("在职党员报到台账", "members"),
    "volunteers": ("志愿者台账", "volunteers"),
    "ties": ("共建关系台账", "ties"),
    "resources": ("资源清单", "resources"),
    "needs": ("需求清单", "needs"),
    "linkages": ("联动台账", "linkages"),
    "projects": ("项目清单", "projects"),
    "activities": ("活动记录", "activities"),
    "funds": ("经费台账", "funds"),
})  # fmt: skip
"""Kind of sheet -> what such a sheet is called."""

PART_WORDS = catalogue({
    "met": ("已满足", "met"),
    "matchable": ("可对接", "matchable"),
    "sharing_gap": ("共享缺口", "sharing gap"),
    "exhausted": ("不足", "exhausted"),
    "absent": ("缺失", "absent"),
    "unclassified": ("未分类", "unclassified"),
})  # fmt: skip
"""Parts of a need, in their order."""
