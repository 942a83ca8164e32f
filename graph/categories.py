"""Categories of needs and resources: a code list that a city can extend.

The sheet's own category text, normalised, is the second level. The code list
(`graph/data/categories.yaml`) adds other spellings and the first level, one of the five
services. Only an empty category that the description can't fill is unclassified.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

from graph.model import Decision
from graph.names import plain


@dataclass(frozen=True, slots=True)
class Category:
    """`name` is the second level, `service` the first; None = unknown. Both None: unclassified."""

    name: str | None
    service: str | None


UNCLASSIFIED = Category(None, None)
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


@lru_cache(maxsize=1)
def code_list() -> CodeList:
    """The project's code list."""
    text = (files("graph") / "data" / "categories.yaml").read_text(encoding="utf-8")
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
