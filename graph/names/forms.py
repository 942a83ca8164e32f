"""The forms of a name by which bodies are found, in a city whose places are known."""

from __future__ import annotations

from dataclasses import dataclass

from graph.names.compare import compare_names
from graph.names.parts import name_parts
from graph.names.plain import leading_place, name_key


@dataclass(frozen=True, slots=True)
class NameForms:
    """Brings names to one form.

    Parameters
    ----------
    places
        Full names of the city and its districts (孝感市, 孝南区), which names may begin with.

    Examples
    --------
    >>> forms = NameForms(("孝感市",))
    >>> forms.key_of("孝感市大众超市有限公司"), forms.lead_of("孝感市大众超市有限公司")
    ('大众超市', '孝感市')
    >>> forms.is_certain("工行孝感分行", "中国工商银行股份有限公司孝感分行")
    True
    """

    places: tuple[str, ...]

    def key_of(self, name: str) -> str:
        """Match key, without the leading place."""
        return name_key(name, self.places)

    def lead_of(self, name: str) -> str:
        """The place with which the name begins, empty where it begins with none."""
        return leading_place(name, self.places)

    def writing_of(self, name: str) -> str:
        """The name in one writing (`NameParts.strict`)."""
        return name_parts(name, self.places).strict

    def is_certain(self, a: str, b: str) -> bool:
        """Whether two names are one in different writing."""
        return compare_names(a, b, self.places).verdict == "certain"
