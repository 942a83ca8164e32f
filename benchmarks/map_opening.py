"""A map of 300 grids with their actors: from the start of navigation to the first picture."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.bench import Bench
from benchmarks.figures import Figure


def run(bench: Bench) -> Iterable[Figure]:
    """Open the file in headless Chromium, a fresh page each time."""
    from analysis.city import City
    from analysis.policy import Policy
    from maps.render import render_map, write_map
    from tests.browser import DRAWN, chromium, open_page
    from tests.maps.city import city

    network = city(streets=3, communities=10, grids=10, units=40).network()
    net = render_map(City(network, Policy()))
    path = write_map(bench.folder / "map.html", net)
    runs = []
    with chromium() as browser:
        for _ in range(max(3, bench.times)):
            with open_page(browser) as watch:
                watch.page.goto(path.as_uri())
                watch.page.wait_for_function(DRAWN)
                drawn = watch.page.evaluate("document.documentElement.dataset.drawn")
                runs.append(int(drawn) / 1000)
    size = f"{len(net.nodes):,} nodes, {len(net.edges):,} edges"
    yield Figure("map opened, first picture", runs=runs, unit="s", target=1.0, size=size)
