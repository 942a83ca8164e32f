"""The network as it was known: every head of the journal gives its own state again."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.journal.journal import EMPTY_HEAD, Entry, Journal
from graph.model.dataset import Dataset
from graph.model.errors import UnknownId
from graph.model.labels import Day
from graph.model.network import Network
from graph.store.history import find_head, head_on, network_at
from graph.store.resolving import resolve
from tests.graph.resolve.test_resolve import areas, divisions
from tests.graph.store.test_store import city, same


def keep(journal: Journal, *sheets: Dataset, on: Day, op: str = "import") -> str:
    """Sheets as the store takes them in, without a database; the head after them."""
    for sheet in sheets:
        file = journal.keep(sheet)
        entry = Entry.model_validate(
            {
                "op": op,
                "dataset": sheet.info.id,
                "content": sheet.content_hash(),
                "on": on,
                "who": "test",
                "series": sheet.info.series,
                "file": file,
            }
        )
        journal.append([entry])
    return journal.head


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def test_each_head_gives_its_own_state_also_after_a_retraction(journal: Journal) -> None:
    first = keep(journal, divisions(), areas(), on="2019-01-01")
    second = keep(journal, *city()[2:], on="2019-02-01")
    keep(journal, city()[3], on="2019-03-01", op="retract")
    for head, sheets in ((first, [divisions(), areas()]), (second, city())):
        found = network_at(journal, head)
        assert same(found, Network.from_wanted(resolve(sheets), as_of=None))
        assert found.head == head
    assert network_at(journal, second).as_of == "2019-02-01"
    now = [s for s in city() if s.info.id != city()[3].info.id]
    assert same(network_at(journal, journal.head), Network.from_wanted(resolve(now), as_of=None))


def test_the_head_of_a_day_is_the_last_by_its_end(journal: Journal) -> None:
    first = keep(journal, divisions(), on="2019-01-01")
    second = keep(journal, areas(), on="2019-02-01")
    assert head_on(journal, "2018-12-31") == EMPTY_HEAD
    assert head_on(journal, "2019-01-31") == first
    assert head_on(journal, "2019-02-01") == second
    assert network_at(journal, EMPTY_HEAD).areas.height == 0


def test_a_head_may_be_shortened_and_a_wrong_one_is_told(journal: Journal) -> None:
    head = keep(journal, divisions(), on="2019-01-01")
    assert find_head(journal, head[:6].upper()) == head
    for wrong in ("ffffff" if not head.startswith("ffffff") else "eeeeee", head[:3]):
        with pytest.raises(UnknownId) as error:
            find_head(journal, wrong)
        assert wrong in error.value.zh
