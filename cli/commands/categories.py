"""`gongjian categories`: texts that the code list lacks, and what a person says they mean."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.call import Call, user_name
from cli.output import print_line
from cli.progress import progress
from cli.tables import RecordColumn, RecordTable, by_key, write_result
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.record import Record
from graph.model.vocabulary import SERVICES
from graph.names.categories import CodeList, category_decision, category_key, code_list, extension

if TYPE_CHECKING:
    from graph.model.network import Network


class Suggestion(Record):
    """A category that a text looks like; `score` is from 1 to 100."""

    category: str
    service: str
    score: int


class UnknownText(Record):
    """A text whose first level isn't known, and how many needs and offers bear it."""

    text: str
    kind: str
    """`category`: the sheet's own category, which stands by itself; `description`: a need or
    resource without a category, by its name."""
    needs: int
    offers: int
    suggestions: tuple[Suggestion, ...]


class DecidedText(Record):
    """What a person said of a text; `*` in front means a word that need only occur."""

    text: str
    category: str | None
    service: str | None


class Categories(Record):
    """`gongjian categories`."""

    unknown: tuple[UnknownText, ...]
    """Most frequent first."""
    decided: tuple[DecidedText, ...]


def categories(
    call: Call,
    settle: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="TEXT=CATEGORY",
            help="这样写的算哪一类，可写多次 | what a text means; repeat at will",
        ),
    ] = None,
    forget: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="撤销对这种写法的归类 | take a decision back"),
    ] = None,
    extend: Annotated[
        Path | None,
        typer.Option(metavar="FILE.yaml", help="采用本市自己的类别表 | a city's own code list"),
    ] = None,
) -> int:
    """List what the code list lacks; settle, forget, or extend."""
    with call.store() as store:
        steps = _decisions(call, store.decisions("category"), settle, forget, extend)
        if steps:
            with progress(call.lang) as told:
                store.decide(steps, progress=told)
        decided = store.decisions("category")
        found = unknown_texts(call.network(store), decided)
    return write_result(call, found, lambda: csv_table(found), lambda: show(call, found))


def _decisions(
    call: Call,
    decided: list[Decision],
    settle: list[str] | None,
    forget: list[str] | None,
    extend: Path | None,
) -> list[Decision]:
    today, who = call.today(), user_name()
    steps = []
    if extend is not None:
        try:
            text = extend.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"读不了 {extend}；请核对路径，文件须为 UTF-8", f"{extend} can't be read"
            ) from error
        steps += extension(text, on=today, who=who)
    own = code_list().extended([*decided, *steps])
    for pair in settle or ():
        text, equals, name = pair.partition("=")
        if not equals or not category_key(text):
            raise UsageError(
                f"--set 应写成 写法=类别：{pair}", f"--set takes TEXT=CATEGORY: {pair}"
            )
        steps.append(category_decision(text, own.named(name), on=today, who=who))
    in_force = {d.key: d for d in decided}
    for text in forget or ():
        key = text[:1] + category_key(text[1:]) if text.startswith("*") else category_key(text)
        if key not in in_force:
            raise UsageError(
                f"没有对“{text}”作过归类；请用 gongjian categories 查看",
                f"nothing was decided about {text}; see gongjian categories",
            )
        steps.append(in_force[key].withdrawn(today, who))
    return steps


def unknown_texts(network: Network, decided: list[Decision]) -> Categories:
    """Texts of which the first level isn't known, with suggestions."""
    own: CodeList = code_list().extended(decided)
    counts: dict[tuple[str, str], Counter[str]] = {}
    for table, frame in (("needs", network.needs), ("offers", network.resources)):
        for name, category, service in frame.select("name", "category", "service").iter_rows():
            if service is not None:
                continue
            mark = ("category", category) if category else ("description", name or "")
            counts.setdefault(mark, Counter())[table] += 1
    unknown = [
        UnknownText(
            text=text,
            kind=kind,
            needs=found["needs"],
            offers=found["offers"],
            suggestions=tuple(
                Suggestion(category=c.name or "", service=c.service or "", score=score)
                for c, score in own.suggest(text)
                if c.name and c.service
            ),
        )
        for (kind, text), found in counts.items()
        if text
    ]
    unknown.sort(key=lambda u: (-u.needs - u.offers, u.kind, u.text))
    told = [
        DecidedText(text=d.key, category=d.value["category"], service=d.value["service"])
        for d in decided
        if d.value is not None
    ]
    return Categories(unknown=tuple(unknown), decided=tuple(told))


def csv_table(found: Categories) -> RecordTable:
    """One row a text that the list lacks."""
    suggested = RecordColumn("", "suggestions", lambda u: [s.category for s in u.suggestions])
    return RecordTable([*by_key(("text", "kind", "needs", "offers")), suggested], found.unknown)


def show(call: Call, found: Categories) -> None:
    """Print both lists for people."""
    if found.unknown:
        RecordTable(_columns(call), found.unknown).show(call)
        print_line(
            call.say(
                "归类：gongjian categories --set 写法=类别（新类别写 名称:服务）",
                "To settle one: gongjian categories --set TEXT=CATEGORY (a new one: NAME:SERVICE)",
            )
        )
    else:
        print_line(
            call.say("所有需求和资源都已归到五项服务", "All needs and offers have their service")
        )
    for row in found.decided:
        service = call.say(SERVICES.get(row.service or "", ""), row.service or "")
        print_line(
            call.say(
                f"已归类：{row.text} → {row.category or '—'}（{service}）",
                f"settled: {row.text} -> {row.category or '-'} ({service})",
            )
        )


def _columns(call: Call) -> list[RecordColumn]:
    kinds = {"category": ("类别栏", "category"), "description": ("内容", "description")}
    return [
        RecordColumn("写法", "text", "text"),
        RecordColumn("出自", "from", lambda u: call.say(*kinds[u.kind])),
        RecordColumn("需求", "needs", "needs"),
        RecordColumn("资源", "offers", "offers"),
        RecordColumn("可能是", "looks like", lambda u: _looks_like(call, u)),
    ]


def _looks_like(call: Call, row: UnknownText) -> str:
    return call.say("、", ", ").join(
        f"{s.category}（{call.say(SERVICES[s.service], s.service)}）" for s in row.suggestions
    )
