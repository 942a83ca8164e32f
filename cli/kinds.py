"""The words for kinds of sheet."""

from __future__ import annotations

from cli.call import Call

KINDS: dict[str, str] = {
    "divisions": "区划代码表",
    "areas": "区划网格表",
    "organisations": "组织台账",
    "resident_units": "驻区单位台账",
    "social_organisations": "社会组织台账",
    "members": "在职党员报到台账",
    "volunteers": "志愿者台账",
    "ties": "共建关系台账",
    "resources": "资源清单",
    "needs": "需求清单",
    "linkages": "联动台账",
    "projects": "项目清单",
    "activities": "活动记录",
    "funds": "经费台账",
}
"""Kind of sheet -> what such a sheet is called."""


def kind_word(call: Call, kind: str) -> str:
    """The word for a kind of sheet; the kind itself in English.

    Examples
    --------
    >>> kind_word(Call(), "ties"), kind_word(Call(lang="en"), "ties")
    ('共建关系台账', 'ties')
    """
    return call.say(KINDS.get(kind, kind), kind)
