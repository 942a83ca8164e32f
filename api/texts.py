"""Texts of the planner's page in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model.texts import Bilingual, Lang, Text, catalogue, in_language
from graph.model.vocabulary import PART_WORDS
from maps.legend import STANDINGS

_TEXTS: Mapping[str, Text] = catalogue({
    **PART_WORDS,
    "site": ("共建网络", "Co-building network"),
    "title": ("{area}：薄弱网格与共享缺口", "{area}: weak grids and sharing gaps"),
    "hand_in": ("上传台账", "hand in a spreadsheet"),
    "whole": ("全部区域", "all areas"),
    "other_lang": ("English", "中文"),
    "skip": ("跳到正文", "skip to the content"),
    "synthetic": (
        "本页含合成数据：单位、人员、联系均为程序生成，不代表任何真实单位或网格。",
        "This page holds synthetic data: bodies, people and ties were generated; nobody real is"
        " meant.",
    ),
    "stale": (
        "数据库暂时没有应答，以下为上一次读出的结果。",
        "The store doesn't answer just now; these are the results read last.",
    ),
    "area": ("区域", "area"),
    "city": ("市（州）", "city"),
    "district": ("县市区", "district"),
    "street": ("街道（乡镇）", "street"),
    "community": ("社区（村）", "community"),
    "all_of": ("（全部）", "(all)"),
    "search": ("按名称或编码查找区域", "find an area by name or code"),
    "go": ("查看", "show"),
    "find": ("查找", "find"),
    "level": ("判定层级", "judged level"),
    "date": ("判定日期", "day judged"),
    "date_hint": ("默认为最新台账的日期", "the newest sheet's day by default"),
    "found": ("“{q}”的查找结果", "areas that match “{q}”"),
    "none_found": ("没有找到名称或编码含“{q}”的区域", "no area's name or code has “{q}” in it"),
    "overall": ("总体情况", "Overall"),
    "of_level": ("共 {n} 个{level}", "{n} {level}s in all"),
    "residents_of": ("涉及居民 {n} 人", "{n} residents"),
    "residents_some": ("（{k} 个居民数不详）", " ({k} without a number)"),
    "with_without": ("连通情况", "How they hang together"),
    "without_hubs": (
        "不靠枢纽组织：{main} 个在共建主网内，{apart} 个有共建单位但不在主网，"
        "{none} 个没有共建单位。",
        "Without hub organisations: {main} in the main network, {apart} with partners but apart"
        " from it, {none} without any partner.",
    ),
    "with_hubs": (
        "算上枢纽（社区大党委等）和行政隶属：{n} 个都连成一片。"
        "枢纽会掩盖薄弱，判定只看不靠枢纽的一面。",
        "With hubs (party committees …) and administration: {n} all in one piece. Hubs hide"
        " weakness; verdicts look at what holds without them.",
    ),
    "weak_list": ("薄弱{level}（按缓急排序）", "Weak {level}s, most urgent first"),
    "weak_none": ("没有薄弱{level}。", "There is no weak {level}."),
    "weak_untold": (
        "这个范围的{level}都数据不足，没有作判断。",
        "No {level} here could be judged: there are not enough data.",
    ),
    "watch_list": ("需要关注的{level}", "{level}s to watch"),
    "unknown_list": ("数据不足，未作判断", "Not judged: not enough data"),
    "unknown_note": (
        "下列区域没有收到能说明共建联系的台账（共建关系、联动、项目、活动）。"
        "这不等于薄弱，请先补报台账。",
        "No sheet that tells of ties (ties, linkages, projects, activities) was handed in for"
        " these. That isn't weakness: ask for the sheets first.",
    ),
    "rank": ("全市次序", "city rank"),
    "verdict": ("判定", "verdict"),
    "why": ("理由", "why"),
    "more_why": ("详情", "details"),
    "residents": ("居民", "residents"),
    "partners": ("共建单位", "partners"),
    "cut": ("多少家退出就断开", "withdrawals that cut it off"),
    "cut_0": ("现在就不通", "no path now"),
    "cut_1": ("1 家退出即断开", "one withdrawal"),
    "cut_n": ("{n} 家同时退出才断开", "{n} together"),
    "cut_5": ("5 家或以上", "5 or more"),
    "look_after": ("要稳住", "look after"),
    "measure_people": (
        "在职党员 {m} 人，志愿者 {v} 人", "{m} active members, {v} active volunteers"
    ),
    "partner_names": ("共建单位：{names}", "partners: {names}"),
    "remedy": ("可以这样改善：", "What would change it: "),
    "lapsed_n": ("失效联系 {n} 条，可续签", "{n} lapsed ties, open to renewal"),
    "on_map": ("在地图上看", "on the map"),
    "data": ("数据", "data"),
    "unknown_value": ("不详", "unknown"),
    "show_all": ("显示全部 {n} 个", "show all {n}"),
    "shown_of": ("显示前 {k} 个，共 {n} 个", "the first {k} of {n}"),
    "n_grids": ("{n} 个{level}", "{n} {level}s"),
    "ties": ("建议共建", "Ties worth making"),
    "ties_note": (
        "在这个范围里新建哪几条共建，最能补上缺口、最能让网格脱离薄弱；结果是把它们加进去后重新判断全市得出的。"
        "大城市首次计算需要一会儿。",
        "Which few new ties here would close most of the gap and lift most grids out of weakness,"
        " measured by judging the whole city again. The first time takes a while.",
    ),
    "ties_most": ("最多几条", "at most"),
    "ties_go": ("计算建议", "work it out"),
    "ties_change": (
        "建成这 {n} 条后：共享缺口 {g0} → {g1}，数量不详的缺口 {u0} → {u1} 项，薄弱 {w0} → {w1}。",
        "With these {n}: sharing gap {g0} → {g1}, gaps of unknown quantity {u0} → {u1}, weak"
        " {w0} → {w1}. ",
    ),
    "ties_exact": ("已证明没有更好的方案。", "Proven: no choice does better."),
    "ties_bound": ("已找到的最好方案，离上界至多差 {p}%。", "Best found, at most {p} % off."),
    "ties_actor": ("单位", "actor"),
    "ties_target": ("对象", "target"),
    "ties_closes": ("补缺口", "closes"),
    "ties_lifts": ("脱离薄弱", "lifts"),
    "ties_map": ("在地图上看这些建议", "these on the map"),
    "gaps": ("资源共享缺口", "Resource-sharing gaps"),
    "gaps_none": ("没有需求清单，无法比对。", "No sheet of needs was imported."),
    "by_category": ("按类别", "by category"),
    "category": ("类别", "category"),
    "needs": ("需求", "needs"),
    "requested": ("需求数量", "quantity asked for"),
    "split": ("各部分占比", "how it splits"),
    "units_note": (
        "同一类别里单位可能不同，数量只作参考；数量不详的需求只计项数，不计数量。",
        "Units may differ within a category; needs of unknown quantity are counted, not summed.",
    ),
    "indicator": ("另 {n} 项数量不详：", "and {n} of unknown quantity: "),
    "items": ("{name} {n} 项", "{name} {n}"),
    "total": ("合计（项数）", "total (needs)"),
    "total_note": ("每项按最该做的一步计", "each by what there is most to do"),
    "met_do": ("维护好", "look after it"),
    "matchable_do": ("已有联系的单位能供：去对接", "a tied provider has it: make the match"),
    "sharing_gap_do": ("有人能供，缺一条联系：去结对", "offered, no tie leads there: make the tie"),
    "exhausted_do": ("有人供，但不够：扩大供给", "offered, not enough: raise capacity"),
    "absent_do": ("本地无人能供：向外找", "nobody in range: look outside"),
    "unclassified_do": ("类别不明：先归类", "category unknown: classify"),
    "one_tie": ("多一条联系就能满足的需求", "Needs that one more tie could meet"),
    "one_tie_note": (
        "有单位愿意提供、范围也够得着，只是还没有共建联系。",
        "Somebody in range offers it; only the co-building tie is missing.",
    ),
    "one_tie_none": ("没有这样的需求。", "There is none."),
    "need": ("需求", "need"),
    "place": ("地点", "place"),
    "gap_part": ("缺口", "gap"),
    "explain": ("说明", "explanation"),
    "map": ("共建网络图", "Map of the network"),
    "map_full": ("单独打开地图", "open the map by itself"),
    "sources": ("数据来源", "Data sources"),
    "source_line": (
        "判定日期 {date}，依据 {n} 张台账；规则版本 {policy}。",
        "Judged at {date} from {n} sheets; policy {policy}.",
    ),
    "file": ("文件", "file"),
    "sheet": ("工作表", "sheet"),
    "kind": ("种类", "kind"),
    "reported": ("填报日期", "reported on"),
    "made_up": ("合成", "synthetic"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "review": ("谁是谁", "who is who"),
    "api": ("接口说明", "interface"),
    "disclaimer": (
        "判定是对区域共建联系的规划参考，不评价任何个人，也不作单位排名。",
        "A verdict helps to plan for areas; it judges no person and ranks no unit.",
    ),
    "empty": ("还没有数据", "No data yet"),
    "empty_note": (
        "请先导入台账。至少需要区划网格表和共建关系台账；有资源清单和需求清单才能比对缺口。",
        "Import the sheets first: at least the areas and the ties; gaps need the lists of"
        " resources and needs.",
    ),
    "empty_how": ("在命令行运行：", "On the command line:"),
    "empty_demo": ("或者先看示例数据：", "Or look at the bundled data first:"),
    "no_judged": (
        "这个范围里没有{level}，无法判定。请导入区划网格表，或换一个判定层级。",
        "There is no {level} here to judge. Import the sheet of areas, or choose another level.",
    ),
    "error": ("出错了", "Something went wrong"),
    "back": ("回到首页", "back to the first page"),
}) | {str(key): text for key, text in STANDINGS.items()}  # fmt: skip


class PageTexts:
    """Texts of one language: `w("of_level", n=3, level="网格")`, or `w.weak` in a template.

    Parameters
    ----------
    lang
        The language.
    texts
        Key -> text in zh and en; those of the planner's page where none are given.

    Examples
    --------
    >>> PageTexts("zh")("of_level", n=3, level="网格"), PageTexts("en").weak
    ('共 3 个网格', 'weak')
    """

    def __init__(self, lang: Lang, texts: Mapping[str, Text] = _TEXTS) -> None:
        self.lang: Lang = lang
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        text = self._texts[key].in_(self.lang)
        return text.format(**values) if values else text

    def __getattr__(self, key: str) -> str:
        try:
            return self._texts[key].in_(self.lang)
        except KeyError:
            raise AttributeError(key) from None

    def of(self, text: Bilingual) -> str:
        """What a text or record says in the page's language."""
        return in_language(text, self.lang)
