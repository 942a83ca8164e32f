"""Texts of the map page in both languages."""

from __future__ import annotations

from graph.model.texts import Lang, catalogue
from graph.model.vocabulary import MECHANISMS

_TEXTS = catalogue({
    "title": ("{area} 共建网络图", "{area}: co-building network"),
    "title_city": ("全市", "whole network"),
    "date": ("判定日期", "judged at"),
    "sources": ("数据来源", "data sources"),
    "source_count": ("{n} 张表", "{n} sheets"),
    "synthetic": ("合成数据", "synthetic data"),
    "synthetic_note": (
        "含合成数据，不代表任何真实单位或网格",
        "holds synthetic data: no real body or grid is meant",
    ),
    "search": ("查找网格或单位", "find a grid or unit"),
    "search_hint": ("名称或拼音首字母", "name or pinyin initials"),
    "none_found": ("没有找到", "nothing found"),
    "verdicts": ("判定（可筛选）", "verdicts (filter)"),
    "mechanisms": ("共建方式（可筛选）", "kinds of tie (filter)"),
    "marks": ("图例", "legend"),
    "show": ("显示", "show"),
    "hubs": ("枢纽组织（社区大党委等）", "hub organisations (party committees …)"),
    "hubs_note": (
        "枢纽把各网格连成星形，会掩盖薄弱；判定不计枢纽",
        "hubs tie all grids into a star and hide weakness; verdicts leave them out",
    ),
    "lapsed": ("已失效的联系（虚线）", "lapsed ties (dashed)"),
    "gaps": ("共享缺口（点线：有人能供，缺一条联系）", "sharing gaps (dotted: offered, no tie)"),
    "recommended": ("建议共建（长虚线）", "recommended ties (long dashes)"),
    "ranked": ("薄弱{level}（按缓急）", "weak {level}s, worst first"),
    "ranked_overview": ("薄弱{level}较多的区域", "where weak {level}s are most"),
    "ranked_none": ("没有薄弱{level}", "no weak {level}"),
    "ranked_untold": (
        "{level}都数据不足，没有作判断", "no {level} could be judged: not enough data"
    ),
    "more": ("另有 {n} 个", "{n} more"),
    "back": ("返回列表", "back to the list"),
    "home": ("返回规划页", "back to the planner's page"),
    "fit": ("全图", "fit"),
    "zoom_in": ("放大", "zoom in"),
    "zoom_out": ("缩小", "zoom out"),
    "reasons": ("理由", "reasons"),
    "measures": ("指标", "measures"),
    "ties": ("联系与依据", "ties and their evidence"),
    "ties_more": ("另有 {n} 条联系，见数据文件", "{n} more ties: see the data files"),
    "needs": ("需求", "needs"),
    "rank": ("缓急次序", "rank"),
    "residents": ("居民", "residents"),
    "partners": ("共建单位", "partners"),
    "partner_kinds": ("单位类别", "kinds of partner"),
    "partners_per_1000": ("每千居民共建单位", "partners per 1,000 residents"),
    "members": ("在职党员", "active members"),
    "volunteers": ("志愿者", "active volunteers"),
    "cut": ("断开所需退出的单位数", "actors whose withdrawal cuts it off"),
    "cut_actors": ("要稳住的单位", "actors to look after"),
    "component_areas": ("连通片内{level}数", "{level}s in its component"),
    "in_main": ("在主网内", "in the main component"),
    "reach_4": ("两家单位内可达{level}", "{level}s within two actors"),
    "lapsed_count": ("失效联系", "lapsed ties"),
    "unknown": ("不详", "unknown"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "kind": ("类别", "kind"),
    "key_actor": ("关键单位", "key actor"),
    "key_actor_of": (
        "它退出，以下{level}就失去一条（或唯一）对外联系：",
        "these {level}s hang on it to reach others:",
    ),
    "outside": ("区外单位 {n} 家", "{n} units outside"),
    "outside_note": (
        "所在地不在本图范围，只计数，不列名称", "they sit outside this map: counted, not named"
    ),
    "alive": ("有效", "alive"),
    "lapsed_tie": ("已失效", "lapsed"),
    "undated": ("无日期", "undated"),
    "gap_tie": ("可供而未联系", "offered, but no tie"),
    "signed": ("签订", "signed"),
    "until": ("有效期至", "until"),
    "last_sign": ("最近活动", "last sign of life"),
    "row": ("第 {n} 行", "row {n}"),
    "members_tie": ("在职党员报到形成", "from members who report here"),
    "weak_below": ("薄弱{level}", "weak {level}s"),
    "counts": ("{level}判定", "verdicts of {level}s"),
    "open_map": ("打开该区域地图", "open the map of this area"),
    "shared": ("共用的单位", "shared actors"),
    "overview_note": (
        "汇总图：圆环为各判定的{level}数，圈内数字为薄弱{level}数；连线为两地共用的单位",
        "overview: rings show {level}s by verdict, the number inside counts weak ones; lines are"
        " actors shared by two areas",
    ),
    "dropped_edges": (
        "较弱的 {n} 条连线未画", "{n} fainter lines are not drawn"
    ),
    "no_tie_actors": (
        "另有 {n} 家单位没有任何联系，未画", "{n} actors without any tie are not drawn"
    ),
    "empty": ("没有可画的数据", "nothing to draw"),
    "empty_note": (
        "这个范围没有网格数据。请先导入区划网格表和共建关系台账。",
        "No grids are known here. Import the sheet of areas and the sheet of ties first.",
    ),
    "help": (
        "拖动平移，滚轮缩放，点击看理由", "drag to move, wheel to zoom, click for reasons"
    ),
    "map_label": ("共建网络图，旁边的列表有同样内容", "network map; the list beside says the same"),
    "actors_word": ("单位", "actors"),
    "ties_word": ("联系", "ties"),
    "no_ties": ("没有记录到联系", "no tie is recorded"),
    "administrative": ("行政隶属", "administrative"),
})  # fmt: skip

MECHANISM_NAMES = catalogue({
    "agreement": (MECHANISMS["agreement"], "agreement"),
    "cross_membership": (MECHANISMS["cross_membership"], "cross-membership"),
    "council_chair": (MECHANISMS["council_chair"], "council chair"),
    "pairing": (MECHANISMS["pairing"], "pairing"),
    "project": (MECHANISMS["project"], "project"),
    "activity": (MECHANISMS["activity"], "activity"),
    "resource_sharing": (MECHANISMS["resource_sharing"], "resource sharing"),
    "members": (MECHANISMS["members"], "members who report in"),
    "linkage": ("联动", "linkage"),
    "service": ("服务", "service"),
    "participation": ("共同参与", "participation"),
    "match": ("资源对接", "match"),
    "other": ("其他或不详", "other or unknown"),
})  # fmt: skip
"""Mechanism of a tie -> its name on a map, also of those that only a map tells apart."""


def words(lang: Lang, **fill: str) -> dict[str, str]:
    """Every text of the page in one language, the given `{names}` filled in.

    Examples
    --------
    >>> words("zh", level="网格")["weak_below"], words("zh")["more"]
    ('薄弱网格', '另有 {n} 个')
    """
    chosen = {key: text.in_(lang) for key, text in _TEXTS.items()}
    for name, value in fill.items():
        chosen = {key: text.replace("{" + name + "}", value) for key, text in chosen.items()}
    return chosen
