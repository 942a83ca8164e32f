"""Characters that look like others: radicals in the place of whole characters, variants.

Text that was copied from a PDF has ⻓⻘⻔诊部 for 长青门诊部. NFKC turns the Kangxi radicals into
the characters that they stand for, but leaves most of the CJK Radicals Supplement as they are.
"""

from __future__ import annotations

import re
import unicodedata

_SUPPLEMENT = (
    "⺀冫⺁厂⺂乙⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋卩⺌小⺎兀⺏尢⺐尢⺑尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺟母⺠民"
    "⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫罒⺬示⺭礻⺰纟⺱网⺲罒⺶羊⺷羊⺹耂⺺肀⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤"
    "⻃西⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食"
    "⻞食⻟食⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟"
)
_WHOLE = dict(zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True))
_RADICAL = re.compile("[\u2e80-\u2fdf]")
_VARIANT = re.compile(
    "(?<=[\u3400-\u9fff\U00020000-\U0003ffff])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)


def usual_characters(text: str) -> str:
    """The text with radicals as the characters that they stand for, without variation selectors.

    Examples
    --------
    >>> usual_characters("合成⻓⻘⻔诊部"), usual_characters("⼈⺠医院")
    ('合成长青门诊部', '人民医院')
    """
    if text.isascii():
        return text
    if _RADICAL.search(text):
        text = _RADICAL.sub(lambda m: _usual(m[0]), text)
    return _VARIANT.sub("", text)


def _usual(radical: str) -> str:
    return _WHOLE.get(radical) or unicodedata.normalize("NFKC", radical)
