"""The receipt of an import on a terminal: what each table was taken for, and what looks odd."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cli.call import Call, kind_word
from graph.model.labels import SheetKind
from graph.model.receipt import Receipt, ReceiptColumn, Sign
from graph.store.import_result import ImportResult
from ingest.kinds.kinds import value_word
from ingest.values.sheet_words import field_word

_CELLS_SHOWN = 8
_VERDICTS_SHOWN = 12


def receipt_lines(call: Call, result: ImportResult) -> Iterator[str]:
    """The receipts as lines for people: tables without a sign in one line all together."""
    plain = [r for r in result.receipts if r.dataset and not r.unanswered]
    for receipt in result.receipts:
        if receipt.unanswered or (receipt.dataset is None and receipt.cells.not_read):
            yield from _table_lines(call, receipt)
    if plain:
        cells = sum(r.cells.filled for r in plain)
        read = sum(r.cells.value for r in plain)
        yield call.say(
            f"{len(plain)} 张表没有疑点：有内容的 {cells} 格都有着落，其中读为数据 {read} 格。",
            f"{len(plain)} tables without a doubt: all {cells} filled cells are accounted for, "
            f"{read} of them read as data.",
        )
    yield from _verdict_lines(call, result)


def _table_lines(call: Call, receipt: Receipt) -> Iterator[str]:
    where = " ".join(filter(None, [receipt.file, receipt.sheet]))
    kind = kind_word(call, receipt.kind) if receipt.kind else call.say("没有读", "not read")
    stopped = call.say("  【未导入，请先答复】", "  [not imported; answer first]")
    yield f"■ {where}（{kind}）{stopped if receipt.stopped else ''}"
    c, rows = receipt.cells, receipt.rows
    yield call.say(
        f"  {c.filled} 格有内容：数据 {c.value}，表头 {c.header}，标题 {c.title}，"
        f"不是数据 {c.no_data}，没有读 {c.not_read}，退回 {c.rejected}；"
        f"{rows.read} 行，待定 {rows.waiting}，退回 {rows.rejected}",
        f"  {c.filled} filled cells: {c.value} data, {c.header} headers, {c.title} title, "
        f"{c.no_data} no data, {c.not_read} not read, {c.rejected} rejected; {rows.read} rows, "
        f"{rows.waiting} wait, {rows.rejected} rejected",
    )
    if receipt.kind:
        yield from _columns(call, receipt)
    for row in receipt.first_rows:
        yield call.say("  读作：", "  read as: ") + _understood(call, receipt.kind, row)
    for sign in receipt.unanswered:
        yield from _sign_lines(call, sign)


def _columns(call: Call, receipt: Receipt) -> Iterator[str]:
    for state, zh, en in (
        ("read", "读入的列", "columns read"),
        ("personal", "不保存的个人信息列", "personal columns, not kept"),
        ("not_read", "没有读入的列", "columns not read"),
    ):
        found = [c for c in receipt.columns if c.state == state]
        if found:
            names = "、".join(_column(call, receipt.kind, c) for c in found)
            yield f"  {call.say(zh, en)}：{names}"


def _column(call: Call, kind: str | None, column: ReceiptColumn) -> str:
    if column.state != "read" or kind is None or not column.fields:
        return f"{column.letter} {column.header}"
    meant = "、".join(field_word(SheetKind(kind), f) for f in column.fields)
    if meant == column.header or call.lang == "en":
        return f"{column.letter} {column.header}"
    return f"{column.letter} {column.header}＝{meant}"


def _understood(call: Call, kind: str | None, row: dict[str, str]) -> str:
    if kind is None or call.lang == "en":
        return "; ".join(f"{name} {value}" for name, value in row.items())
    known = SheetKind(kind)
    return "；".join(f"{field_word(known, n)} {value_word(known, n, v)}" for n, v in row.items())


def _sign_lines(call: Call, sign: Sign) -> Iterator[str]:
    mark = call.say("！", "!") if sign.grave else call.say("？", "?")
    cells = "、".join(sign.cells[:_CELLS_SHOWN])
    more = "…" if len(sign.cells) > _CELLS_SHOWN else ""
    yield f"  {mark} {call.say(sign.zh, sign.en)} [{sign.code}] {cells}{more}"
    yield f"     {call.say(sign.cure.zh, sign.cure.en)}"


def _verdict_lines(call: Call, result: ImportResult) -> Iterator[str]:
    changes = next((r.verdicts for r in result.receipts if r.verdicts), ())
    if not changes:
        return
    from analysis.weak.results import VERDICTS

    def word(verdict: str | None) -> str:
        return "—" if verdict is None else call.say(*VERDICTS[verdict])  # type: ignore[index]

    some = "；".join(
        f"{c.name or c.code} {word(c.before)}→{word(c.after)}" for c in changes[:_VERDICTS_SHOWN]
    )
    more = "……" if len(changes) > _VERDICTS_SHOWN else ""
    yield call.say(
        f"结论有变化的区域 {len(changes)} 个：{some}{more}",
        f"{len(changes)} areas whose verdict changes: {some}{more}",
    )


def stopped_line(call: Call, stopped: Iterable[Receipt]) -> str:
    """That tables were left out, and how to take them in."""
    tables = list(stopped)
    codes = ",".join(dict.fromkeys(s.code for r in tables for s in r.unanswered if s.grave))
    return call.say(
        f"有 {len(tables)} 张表因有重大疑点没有导入；核对无误后加 --accept {codes} 重新导入",
        f"{len(tables)} tables weren't imported because of grave doubts; if they are right, "
        f"import them again with --accept {codes}",
    )
