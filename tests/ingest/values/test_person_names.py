"""Persons beside bodies and in free text; short names of bodies that aren't persons'.

The persons are made up. The bodies are brands, shops, schools and communities as they are called in
many cities; which of them is a person's is by hand.
"""

from __future__ import annotations

import pytest

from ingest.values.person_names import body_in, is_person_name, mask_free_text, mask_place
from ingest.values.safe_labels import safe_label, title_text

BODIES = [
    "万达",
    "方正",
    "文昌",
    "白云",
    "金鹰",
    "康乐",
    "华润",
    "万科",
    "中商",
    "大润发",
    "沃尔玛",
    "永辉",
    "苏宁",
    "国美",
    "联想",
    "海尔",
    "美的",
    "格力",
    "长虹",
    "华为",
    "小米",
    "百度",
    "顺丰",
    "圆通",
    "申通",
    "韵达",
    "中通",
    "德邦",
    "京东",
    "良品铺子",
    "周黑鸭",
    "蔡林记",
    "全聚德",
    "东来顺",
    "狗不理",
    "同仁堂",
    "马应龙",
    "九州通",
    "老百姓",
    "益丰",
    "海王",
    "平安",
    "人保",
    "太平",
    "泰康",
    "阳光",
    "安邦",
    "农行",
    "建行",
    "工行",
    "招行",
    "中行",
    "邮储",
    "石化",
    "中石油",
    "电信",
    "联通",
    "移动",
    "铁通",
    "广电",
    "书院",
    "北外",
    "城站",
    "天仙",
    "西湖",
    "大悟",
    "云梦",
    "安陆",
    "应城",
    "汉川",
    "孝昌",
    "孝感",
    "金龙鱼",
    "鲁花",
    "福临门",
    "蒙牛",
    "伊利",
    "光明",
    "君乐宝",
    "康师傅",
    "统一",
    "麦当劳",
    "肯德基",
    "必胜客",
    "汉堡王",
    "德克士",
    "星巴克",
    "瑞幸",
    "如家",
    "汉庭",
    "锦江",
    "维也纳",
    "七天",
    "速八",
    "格林豪泰",
    "希尔顿",
    "喜来登",
    "香格里拉",
    "文理",
    "育才",
    "育英",
    "启明",
    "希望",
    "向阳",
    "红星",
    "东方红",
    "丹阳",
    "槐荫",
    "长征",
    "和平",
    "团结",
    "友谊",
    "胜利",
    "建设",
    "解放",
    "新华",
    "朝阳",
    "乾坤",
    "卓尔",
    "保丽",
    "安踏",
    "李宁",
    "特步",
    "鸿星尔克",
    "森马",
    "海澜之家",
    "雅戈尔",
    "太平鸟",
    "以纯",
    "罗莱",
    "水星",
    "慕思",
    "顾家",
    "索菲亚",
    "欧派",
    "方太",
    "老板",
    "志邦",
    "金牌",
]
PERSONS = [
    "王小明",
    "李梅",
    "张伟",
    "刘洋",
    "陈静",
    "杨丽娟",
    "赵建国",
    "孙志强",
    "周桂芳",
    "吴秀英",
    "郑玉兰",
    "冯德华",
    "蒋文斌",
    "沈国庆",
    "韩雪梅",
    "朱红霞",
    "秦志刚",
    "许国强",
    "何丽",
    "吕秀兰",
    "施小燕",
    "张三",
    "李四",
    "王某",
    "张某某",
    "赵某",
    "欧阳修文",
    "司马建军",
    "诸葛明",
    "彭春忠",
    "贺仁平",
    "陆厚佑",
    "黎丽强",
]


def test_at_most_one_in_a_hundred_short_names_of_bodies_is_taken_for_a_person() -> None:
    wrong = [name for name in BODIES if is_person_name(name)]
    assert len(wrong) <= len(BODIES) // 100, wrong


@pytest.mark.parametrize("name", PERSONS)
def test_persons(name: str) -> None:
    assert is_person_name(name)
    assert body_in(f"市财政局{name}").person
    assert name not in (body_in(f"市财政局{name}").body or "")


@pytest.mark.parametrize(
    ("cell", "body"),
    [
        ("张某书记", None), ("老师孙某", None), ("市财政局王某", "市财政局"), ("王主任", None),
        ("合成银行（联系人：张三）", "合成银行"), ("合成银行(负责人 李桂芳)", "合成银行"),
        ("书院小学李老师", "书院小学"), ("市财政局 王小明", "市财政局"), ("王小明 市财政局", "市财政局"),
        ("大众超市（张三13907123456）", "大众超市"), ("居民陆厚佑", None), ("市民政局张主任", "市民政局"),
    ],
)  # fmt: skip
def test_a_body_without_the_person_beside_it(cell: str, body: str | None) -> None:
    assert body_in(cell) == (body, True)


@pytest.mark.parametrize(
    "cell",
    [
        "和庆安小学", "方杰 杰花园业主委员会", "丁寅心　便民服务社", "张家老店", "王府井百货（孝感店）", "周黑鸭食品",
        "马应龙药业", "李宁体育用品店", "老干部局", "关心下一代工作委员会", "何店镇中心小学", "文化路专属 网格", "白云山药店",
        "李家湾村委会", "陈列馆", "安居小区物业（一期）", "金盾保安服务有限公司", "老兵志愿服务队", "毛陈镇卫生院",
    ],
)  # fmt: skip
def test_a_body_as_it_is(cell: str) -> None:
    assert body_in(cell) == (cell, False)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("独居老人王秀英送餐", "独居老人***送餐"),
        ("陪诊（找吴美玲）", "陪诊（找***）"),
        ("给周建华老师修水管", "给***老师修水管"),
        ("家住3栋201", "家住***"),
        ("联系人：李桂芳", "联系人：***"),
        ("3号楼2单元501室漏水", "***漏水"),
    ],
)
def test_free_text(text: str, hidden: str) -> None:
    assert mask_free_text(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "老人康复训练",
        "居民健康讲座",
        "联系万达广场",
        "网格员培训",
        "3栋楼道改造",
        "志愿者招募",
        "找会议室",
        "党员和志愿者",
        "老师和学生家长",
        "楼栋长代表大会",
        "书记讲党课",
    ],
)
def test_free_text_without_persons(text: str) -> None:
    assert mask_free_text(text) == text


@pytest.mark.parametrize(
    "name", ["永安村民委员会", "柳塘村民委员会", "张家湾村", "文昌社区", "李店村", "王祠村委会"]
)
def test_places_stay(name: str) -> None:
    assert mask_place(name) == name


def test_names_of_files_and_titles() -> None:
    assert title_text("书院街道台账（联系人：赵建国13907123498）").count("***") >= 1
    assert "赵建国" not in title_text("书院街道台账（联系人：赵建国13907123498）")
    for name in (
        "书院街道共建台账2019-08-01.xlsx",
        "驻区单位台账_3.csv",
        "孝南区书院街道台账（合成数据）.xlsx",
    ):
        assert safe_label(name, b"key") == name
    assert "13907123456" not in safe_label("台账13907123456.xlsx", b"key")
    assert "王小明" not in safe_label("台账-王小明.xlsx", b"key")
