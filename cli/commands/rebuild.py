"""`gongjian rebuild`: make the graph anew from the kept datasets."""

from __future__ import annotations

from cli.call import Call
from cli.commands.retract import show_change
from cli.progress import progress


def rebuild(call: Call) -> int:
    """Rebuild the graph on the embedded store or, with `--neo4j`, on that database."""
    with call.store() as store, progress(call.lang) as told:
        result = store.rebuild(progress=told)
    return show_change(call, result, call.say("网络已重建", "The graph was made anew"))
