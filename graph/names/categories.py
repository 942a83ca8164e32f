"""Categories of needs and resources: a code list that a city can extend.

The sheet's own category text, normalised, is the second level. The code list
(`graph/data/categories.yaml`) adds other spellings and the first level, one of the five
services. Only an empty category that the description can't fill is unclassified.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import Day
from graph.model.vocabulary import SERVICES
from graph.names.plain import plain


@dataclass(frozen=True, slots=True)
class Category:
    """`name` is the second level, `service` the first; None = unknown. Both None: unclassified."""

    name: str | None
    service: str | None


UNCLASSIFIED = Category(None, None)
_ALIKE = 40
WORD_MARK = "*"


def category_key(text: str) -> str:
    """The form in which texts of categories and descriptions are compared."""
    return plain(text).lower()


@dataclass(frozen=True, slots=True)
class CodeList:
    """The code list, ready for look-ups; texts are `plain` and lower case."""

    services: dict[str, str]
    second: dict[str, Category]
    words: tuple[tuple[str, Category], ...]

    def extended(self, decisions: Iterable[Decision]) -> CodeList:
        """The list with what a city decided on top of it; these win over the list's own.

        A decision of kind `category` has the text, as `category_key` writes it, for its key
        (`*` in front of a word that need only occur in a description) and the value
        `{"category", "service"}`; a null `service` leaves the first level unknown.

        Examples
        --------
        >>> value = {"category": "设备", "service": "social"}
        >>> told = Decision(kind="category", key="航拍", value=value, on="2019-08-01", who="w")
        >>> code_list().extended([told]).classify("航拍")
        Category(name='设备', service='social')
        """
        second: dict[str, Category] = {}
        words: list[tuple[str, Category]] = []
        for decision in decisions:
            if decision.kind != "category" or decision.value is None:
                continue
            category = Category(decision.value["category"], decision.value["service"])
            if decision.key.startswith(WORD_MARK):
                words.append((decision.key.removeprefix(WORD_MARK), category))
            else:
                second[decision.key] = category
        if not second and not words:
            return self
        found = dict((*self.words, *words))
        ordered = sorted(found.items(), key=lambda w: (-len(w[0]), w[0]))
        return CodeList(self.services, self.second | second, tuple(ordered))

    def classify(self, text: str | None, description: str | None = None) -> Category:
        """Category of a need or resource.

        Parameters
        ----------
        text
            The category cell; a second-level name, one of its other spellings, a first-level
            name, or anything else (which then stands by itself).
        description
            The name of the need or resource, used only where `text` is empty: the longest
            word of the list that occurs in it decides.

        Examples
        --------
        >>> code_list().classify("关爱服务")
        Category(name=None, service='care')
        >>> code_list().classify(None, "社区广场舞音响一套").name
        '文化体育'
        >>> code_list().classify("无人机航拍")
        Category(name='无人机航拍', service=None)
        """
        key = plain(text).lower() if text else ""
        if key:
            if key in self.services:
                return Category(None, self.services[key])
            return self.second.get(key) or Category(plain(text or ""), None)
        if description:
            told = plain(description).lower()
            if told in self.second:
                return self.second[told]
            for word, category in self.words:
                if word in told:
                    return category
        return UNCLASSIFIED

    def named(self, text: str) -> Category:
        """The category that a person means by `NAME`, `SERVICE` or `NAME:SERVICE`.

        A name that the list has brings its service along; one that it lacks needs one.

        Raises
        ------
        UsageError
            If the name is not in the list and no service is given, or there is no such service.

        Examples
        --------
        >>> code_list().named("家政服务")
        Category(name='家政服务', service='market')
        >>> code_list().named("磨刀:市场服务"), code_list().named("公共服务")
        (Category(name='磨刀', service='market'), Category(name=None, service='public'))
        """
        name, _, service = text.replace("：", ":").partition(":")
        key = category_key(name)
        if not service:
            if key in self.services:
                return Category(None, self.services[key])
            found = self.second.get(key)
            if found is None:
                raise UsageError(
                    f"类别表里没有“{name}”；新类别请写成 名称:服务，如 {name}:公共服务",
                    f"the code list has no {name}; write a new one as NAME:SERVICE",
                )
            return found
        code = self.services.get(category_key(service))
        if code is None or not key:
            raise UsageError(
                f"没有“{service}”这项服务；五项服务是关爱、公共、政务、市场、社会",
                f"no service {service}; the five are care, public, government, market, social",
            )
        return Category(plain(name), code)

    def suggest(self, text: str, *, limit: int = 3) -> list[tuple[Category, int]]:
        """Categories that look like a text, best first, with a score from 1 to 100.

        The score is the share of characters that the text and a name, spelling or word of the
        category have in common, in order (normalised indel similarity); 40 and less are left
        out. It only suggests: what a text means, a person decides.

        Examples
        --------
        >>> [c.name for c, _ in code_list().suggest("法律援助服务")]
        ['法律服务']
        """
        from rapidfuzz import fuzz

        told = category_key(text)
        best: dict[Category, float] = {}
        for spelling, category in (*self.second.items(), *self.words):
            score = fuzz.ratio(told, spelling)
            if score > _ALIKE:
                best[category] = max(best.get(category, 0.0), score)
        ordered = sorted(best.items(), key=lambda b: (-b[1], b[0].name or ""))
        return [(category, round(score)) for category, score in ordered[:limit]]


@lru_cache(maxsize=1)
def code_list() -> CodeList:
    """The project's code list."""
    text = (Path(__file__).parents[1] / "data" / "categories.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    services = {
        plain(name).lower(): service
        for service, names in data["first_level"].items()
        for name in names
    }
    second: dict[str, Category] = {}
    words: list[tuple[str, Category]] = []
    for service, entries in data["second_level"].items():
        for name, entry in entries.items():
            category = Category(plain(name), service)
            for spelling in (name, *entry.get("synonyms", ())):
                second[plain(spelling).lower()] = category
            words += [(plain(w).lower(), category) for w in entry.get("words", ())]
    words.sort(key=lambda w: (-len(w[0]), w[0]))
    return CodeList(services, second, tuple(words))


def category_decision(key: str, category: Category, *, on: Day, who: str) -> Decision:
    """The decision that a text, or with `*` in front a word, stands for a category."""
    mark = WORD_MARK if key.startswith(WORD_MARK) else ""
    text = mark + category_key(key.removeprefix(WORD_MARK))
    value = {"category": category.name, "service": category.service}
    return Decision(kind="category", key=text, value=value, on=on, who=who)


def extension(text: str, *, on: Day, who: str) -> list[Decision]:
    """The decisions of a city's own list, a YAML text of the form of `categories.yaml`.

    Every name and synonym becomes a decision, and every word one with `*` in front.

    Raises
    ------
    UsageError
        If it isn't of that form.
    """
    try:
        data = yaml.safe_load(text) or {}
        found = []
        for service, entries in data["second_level"].items():
            if service not in SERVICES:
                raise KeyError(service)
            for name, entry in entries.items():
                category = Category(plain(str(name)), service)
                keys = [name, *(entry or {}).get("synonyms", ())]
                keys += [WORD_MARK + str(word) for word in (entry or {}).get("words", ())]
                found += [category_decision(str(k), category, on=on, who=who) for k in keys]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"类别表格式不对（{str(error)[:60]}）；应为 second_level: 服务: 类别: "
            "{synonyms: [...], words: [...]}，服务写 care、public、government、market、social",
            f"not a code list ({str(error)[:60]}); write second_level: SERVICE: NAME: "
            "{synonyms: [...], words: [...]}",
        ) from error
    return found
