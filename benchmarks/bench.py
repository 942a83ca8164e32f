"""What benchmarks share: the synthetic city of a given size, and how often to run."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from graph.model.dataset import Dataset
    from graph.model.network import Network
    from graph.store.store import Store

DAY = "2019-08-01"
SEED = 2019

T = TypeVar("T")


def apart(work: Callable[..., T], *arguments: Any) -> T:
    """What a function of a module gives, worked out in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _write(out: Path, streets: int | None, full_city: bool) -> None:
    from ingest.synthetic.sample import write_sample

    write_sample(out, seed=SEED, streets=streets, full_city=full_city, date=DAY)


class Bench:
    """Options of a run, and the data that benchmarks ask for, made once.

    Attributes
    ----------
    times
        How often to run what is cheap enough to be run again (the spread).
    full_city
        Whether to measure at the size of the whole city (minutes) or on a few streets.
    neo4j
        A Neo4j to measure instead of the embedded store; None for the embedded one.
    folder
        Everything that a benchmark writes; gone at the end.
    """

    def __init__(
        self,
        folder: Path,
        *,
        streets: int = 6,
        full_city: bool = False,
        times: int = 3,
        neo4j: str | None = None,
    ) -> None:
        self.folder, self.times, self.neo4j = folder, times, neo4j
        self.full_city = full_city
        self._streets = None if full_city else streets
        self.sample = cache(self._sample)
        self.datasets = cache(self._datasets)
        self.network = cache(self._network)

    def _sample(self) -> Path:
        """Folder of the city's rosters: the same files for the same size.

        Made in a process of its own: what that takes is no memory of what is measured.
        """
        out = self.folder / "sample"
        apart(_write, out, self._streets, self.full_city)
        return out

    def _datasets(self) -> list[Dataset]:
        """The sheets read, pseudonymous under a key made for the bench."""
        from ingest.reading.read import read_datasets

        return list(read_datasets([self.sample()], secret=b"bench" * 8, synthetic=True).datasets)

    def _network(self) -> Network:
        """The network as the store would give it back, without a store in between."""
        from graph.model.network import Network
        from graph.store.resolving import resolve

        return Network.from_wanted(resolve(self.datasets()), head="bench", as_of=DAY)

    def store(self, home: Path) -> Store:
        """A store of its own, on the database that is measured (which must be empty)."""
        from graph.store.store import Store

        return Store(home, uri=self.neo4j)

    def new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.folder))
