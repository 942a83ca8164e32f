"""How the sheets of the synthetic city spell what they say.

A clean spelling is the one that a program would export. A messy one is what people type:
dates in six forms, full-width digits, null words, a body by its full name, by a short one or
in traditional characters. It never changes what is said: a name without a credit code beside
it stays within one normalised name.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from graph.names.plain import community_key, name_key, plain
from ingest.synthetic.planted_city import CITY_NAME, Actor, Community, Grid

if TYPE_CHECKING:
    from opencc import OpenCC

Cell = str | int | float | date | None

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LEGAL = ("有限责任公司", "股份有限公司", "有限公司")
_GLOSSES = {"網": "wǎng", "務": "wù", "業": "yè", "電": "diàn", "學": "xué", "書": "shū"}


@lru_cache(maxsize=1)
def _traditional() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("s2t")


class Spelling:
    """Spells values for one sheet; the same `rng` spells the same."""

    def __init__(self, rng: Random, *, messy: bool, places: tuple[str, ...]) -> None:
        self.rng, self.messy = rng, messy
        self.places = (CITY_NAME, *places)
        self.date_style = rng.randrange(6)

    def _sometimes(self, share: float) -> bool:
        return self.rng.random() < share and self.messy

    def nothing(self) -> Cell:
        """An empty cell, or a word for nothing."""
        return self.rng.choice(("", "", "无", "/", "—")) if self.messy else ""

    def day(self, day: date | None, *, end: bool = False, month: bool = True) -> Cell:
        """A date; `month` allows one without a day (its first day, as an end its last)."""
        if day is None:
            return self.rng.choice(("", "无", "—", "长期")) if end and self.messy else ""
        if not self.messy:
            return day.isoformat()
        style = self.rng.randrange(6) if self.rng.random() < 0.15 else self.date_style
        if month and self.rng.random() < 0.08:
            return f"{day.year}年{day.month}月"
        spelled: list[Cell] = [
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            day.isoformat(),
            f"{day.year}/{day.month}/{day.day}",
            day,
            f"{day.year}.{day.month:02d}.{day.day:02d}",
        ]
        return spelled[style]

    def number(self, value: int | None) -> Cell:
        """A whole number; nothing where it is unknown."""
        if value is None:
            return self.nothing()
        if self._sometimes(0.04):
            return str(value).translate(_FULL_WIDTH)
        if value >= 1000 and self._sometimes(0.2):
            return f"{value:,}"
        return value

    def quantity(self, value: int | None, unit: str | None) -> tuple[Cell, Cell]:
        """Quantity and unit; an unknown quantity in words that say so."""
        if value is None:
            shown = self.rng.choice(("", "若干", "约30", "—", "10-20")) if self.messy else ""
            return shown, unit or ""
        if unit and self._sometimes(0.08):
            return f"{value}{unit}", ""
        return self.number(value), unit or ""

    def community(self, community: Community) -> str:
        """The community by its official name or, where that is clear, a variant of it."""
        name = community.name
        if not self._sometimes(0.5) or not community.plain_name:
            return name
        key = community_key(name)
        if key.endswith("村"):
            variants = [key, key[:-1] + "村委会", key + "村民委员会"]
        elif community.urban:
            variants = [key + "社区", key + "社区居民委员会", key + "居委会", key]
        else:
            return name
        variant = self.rng.choice(variants)
        return variant if community_key(variant) == key and len(key) > 1 else name

    def grid(self, grid: Grid | None) -> str:
        if grid is None:
            return self.rng.choice(("/", "无", "")) if self.messy else ""
        if self._sometimes(0.05):
            return grid.name.translate(_FULL_WIDTH).replace("第", "第 ")
        return grid.name

    def listed(self, actor: Actor) -> str:
        """A body's name in the roster that lists it: the full one, at times with blanks."""
        name = actor.name
        if self._sometimes(0.05):
            return self.rng.choice((f" {name} ", f"{name[:3]}　{name[3:]}"))
        return name

    def body(self, actor: Actor, *, coded: bool = False) -> str:
        """A body's name; `coded` where its credit code stands beside it."""
        name = actor.name
        if not self._sometimes(0.3):
            return name
        if coded and self.rng.random() < 0.5:
            return self._short(name)
        variant = self.rng.choice(self._variants(name))
        return variant if name_key(variant, self.places) == name_key(name, self.places) else name

    def _variants(self, name: str) -> list[str]:
        bare = name.removeprefix(CITY_NAME)
        variants = [bare, CITY_NAME + bare, f"{name[:3]}　{name[3:]}", f" {name} "]
        for suffix in _LEGAL:
            if name.endswith(suffix):
                stem = name[: -len(suffix)]
                variants += [stem, *(stem + other for other in _LEGAL)]
                break
        traditional = _traditional().convert(name)
        for character, gloss in _GLOSSES.items():
            if character in traditional:
                traditional = traditional.replace(character, f"{character}({gloss})", 1)
                break
        if plain(traditional) == plain(name):
            variants.append(traditional)
        return variants

    def _short(self, name: str) -> str:
        short = name.removeprefix(CITY_NAME)
        for suffix in ("有限责任公司", "股份有限公司", "有限公司", "服务中心", "中心"):
            if short.endswith(suffix) and len(short) - len(suffix) >= 3:
                return short.removesuffix(suffix)
        return short

    def code(self, code: str | None) -> str:
        """A credit code; at times in lower case or with blanks around it."""
        if code is None:
            return str(self.nothing())
        if self._sometimes(0.03):
            return self.rng.choice((code.lower(), f" {code} ", f"'{code}"))
        return code

    def person(self, name: str) -> str:
        if len(name) == 2 and self._sometimes(0.3):
            return f"{name[0]}　{name[1]}"
        return name

    def header(self, text: str) -> str:
        """A header, in messy sheets with a line break or blanks inside."""
        if not self.messy or self.rng.random() < 0.75 or len(text) < 3:
            return text
        if len(text) > 4:
            return f"{text[:4]}\n{text[4:]}"
        return self.rng.choice((" ".join(text), f"{text} ", f"{text[:2]}\n{text[2:]}"))

    def reported(self, day: date) -> str:
        """The day of 填报日期."""
        if not self.messy:
            return day.isoformat()
        return self.rng.choice(
            (
                f"{day.year}年{day.month}月{day.day}日",
                f"{day.year}.{day.month}.{day.day}",
                day.isoformat(),
            )
        )
