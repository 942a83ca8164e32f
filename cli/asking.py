"""Questions at a terminal: what a sheet is, which column is what, whether to go on.

Only a terminal is asked; a pipe, a script or `--format json` never is. Questions go to stderr,
so that stdout stays the result.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import typer

from cli.call import Call, Format, kind_word
from cli.output import visible
from cli.receipt_lines import receipt_lines
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import SheetKind
from graph.model.sheet_guess import SheetQuestion, layout_decision
from graph.model.vocabulary import SHEET_WORDS
from graph.store.import_result import ImportResult
from ingest.reading.guess import checked_columns, form_word
from ingest.values.sheet_words import field_word, words

_TRIES = 5
_ROWS_SHOWN = 8


def may_ask(call: Call) -> bool:
    """Whether a person sits at the terminal."""
    return call.format is Format.TABLE and sys.stdin.isatty() and sys.stderr.isatty()


def _tell(text: str = "") -> None:
    typer.echo(visible(text), err=True)


def _ask(text: str, default: str = "") -> str:
    answer: str = typer.prompt(text, default=default, show_default=False, err=True)
    return answer.strip()


def ask_layouts(
    call: Call, questions: Iterable[SheetQuestion], *, on: str, who: str
) -> list[Decision]:
    """Ask about each layout once; an empty answer leaves its sheets unread."""
    found: dict[str, Decision] = {}
    passed: set[str] = set()
    for question in questions:
        if question.layout in found or question.layout in passed:
            continue
        decision = _ask_layout(call, question, on=on, who=who)
        if decision is None:
            passed.add(question.layout)
        else:
            found[question.layout] = decision
    return list(found.values())


def _ask_layout(call: Call, question: SheetQuestion, *, on: str, who: str) -> Decision | None:
    where = " ".join(filter(None, [question.file, question.sheet]))
    _tell(
        call.say(
            f"\n没有认出：{where}（表头在第 {question.header_row} 行，约 {question.rows} 行数据）",
            f"\nNot known: {where} (header in row {question.header_row}, about "
            f"{question.rows} rows of data)",
        )
    )
    for column in question.columns:
        _tell(f"  {column.letter:>3}  {column.header}  ({form_word(column.holds, call.lang)})")
    near = [str(c.kind) for c in question.candidates]
    kinds = [*near, *(k for k in SHEET_WORDS if k not in near)]
    for number, kind in enumerate(kinds, start=1):
        mark = call.say("（可能）", " (likely)") if number <= len(near) else ""
        _tell(f"  {number:>3}  {kind_word(call, kind)}{mark}")
    _tell(call.say("    0  不是台账，以后也不读", "    0  no roster; not read from now on"))
    for _ in range(_TRIES):
        answer = _ask(call.say("是哪一种（回车跳过）", "Which kind (Enter to skip)"))
        if not answer:
            return None
        if answer == "0":
            return layout_decision(question, None, {}, on=on, who=who)
        if answer.isdigit() and int(answer) <= len(kinds):
            return _ask_columns(call, question, SheetKind(kinds[int(answer) - 1]), on=on, who=who)
    return None


def _ask_columns(
    call: Call, question: SheetQuestion, kind: SheetKind, *, on: str, who: str
) -> Decision | None:
    known = next((c.columns for c in question.candidates if c.kind == kind), {})
    columns: dict[str, str | None] = dict(known)
    names = sorted(words().kinds[kind].names)
    _tell(call.say("可用的字段：", "Fields: "))
    for name in names:
        _tell(f"    {name}  {field_word(kind, name)}")
    by_letter = {c.letter: c.header for c in question.columns}
    for _ in range(_TRIES):
        _tell(call.say("各列读作：", "Columns are read as:"))
        for letter, header in by_letter.items():
            _tell(f"  {letter:>3}  {header}  →  {columns.get(header) or '-'}")
        text = _ask(
            call.say(
                "回车接受；或改动，如 B=name D=-（- 为不读）",
                "Enter to accept, or change, as in B=name D=- (- leaves a column out)",
            )
        )
        problem = _change(columns, by_letter, text, call)
        problem = problem or _lacks(call, kind, columns)
        if problem:
            _tell(problem)
        elif not text:
            try:
                checked_columns(str(kind), columns)
            except UsageError as error:
                _tell(call.say(error.zh, error.en))
                continue
            return layout_decision(question, kind, columns, on=on, who=who)
    return None


def _change(
    columns: dict[str, str | None], by_letter: dict[str, str], text: str, call: Call
) -> str | None:
    for part in text.split():
        letter, _, name = part.partition("=")
        header = by_letter.get(letter.upper())
        if header is None or not name:
            return call.say(f"看不懂“{part}”；请写成 B=name", f"“{part}”: write it like B=name")
        columns[header] = None if name == "-" else name
    return None


def _lacks(call: Call, kind: SheetKind, columns: dict[str, str | None]) -> str | None:
    """What a kind can't do without, where no column has it."""
    wanted = words().kinds[kind].needs[0]
    if wanted & set(columns.values()):
        return None
    return call.say(
        f"还缺一列：{'、'.join(sorted(field_word(kind, w) for w in wanted))}",
        f"a column is missing: {', '.join(sorted(wanted))}",
    )


# ------------------------------------------------------------------------- differences


def show_difference(call: Call, result: ImportResult) -> list[str]:
    """What newer sheets change, as lines for people."""
    lines = []
    for d in result.datasets:
        if d.replaces is None:
            continue
        name = " ".join(filter(None, [d.file, d.sheet]))
        lines.append(
            call.say(
                f"{name} 替代 {d.replaces}：新增 {d.rows_added} 行，变更 {d.rows_changed} 行，"
                f"不再有 {d.rows_gone} 行，未变 {d.rows_unchanged} 行",
                f"{name} replaces {d.replaces}: {d.rows_added} rows new, {d.rows_changed} changed, "
                f"{d.rows_gone} gone, {d.rows_unchanged} unchanged",
            )
        )
        if d.difference is None:
            continue
        lines += [
            call.say(
                f"  第 {row.row} 行（原第 {row.before} 行）：{'、'.join(row.columns)}",
                f"  row {row.row} (was row {row.before}): {', '.join(row.columns)}",
            )
            for row in d.difference.changed[:_ROWS_SHOWN]
        ]
        for zh, en, numbers in (
            ("新增的行", "new rows", d.difference.new),
            ("不再有的行（原表行号）", "rows gone (numbers of the old sheet)", d.difference.gone),
        ):
            if numbers:
                some = ", ".join(str(n) for n in numbers[: 3 * _ROWS_SHOWN])
                lines.append(call.say(f"  {zh}：{some}", f"  {en}: {some}"))
    return lines + _effect_lines(call, result)


def _effect_lines(call: Call, result: ImportResult) -> list[str]:
    """What the network would gain and lose."""
    effect = result.effect
    if effect is None:
        return []
    lines = []
    for title, found in (
        (call.say("网络节点", "nodes"), effect.nodes),
        (call.say("关系", "ties"), effect.ties),
    ):
        parts = [
            call.say(
                f"{name} 增 {c.new} 减 {c.gone} 改 {c.changed}",
                f"{name} +{c.new} -{c.gone} changed {c.changed}",
            )
            for name, c in found.items()
        ]
        if parts:
            lines.append(f"{title}: {'; '.join(parts)}")
    covering = set(call.policy().coverage_kinds)
    gained = [a for a in effect.areas if covering & set(a.after) and not covering & set(a.before)]
    lost = [a for a in effect.areas if covering & set(a.before) and not covering & set(a.after)]
    for zh, en, areas in (
        ("开始有共建数据的区域", "areas that tie data come to cover", gained),
        ("不再有共建数据的区域", "areas that tie data cover no more", lost),
    ):
        if areas:
            names = "、".join(a.name for a in areas[:_ROWS_SHOWN])
            lines.append(
                call.say(f"{zh}：{len(areas)}（{names}）", f"{en}: {len(areas)} ({names})")
            )
    return lines


def right_so(call: Call, result: ImportResult) -> bool:
    """Show what looks odd, and ask whether it is right so; then it is never asked again."""
    for line in receipt_lines(call, result):
        _tell(line)
    answer = _ask(
        call.say(
            "以上读法对吗？答“是”则照此导入，以后同样表式不再问 [y/N]",
            "Is it right so? If yes, it is imported and not asked again of such sheets [y/N]",
        ),
        default="n",
    )
    return answer.lower() in ("y", "yes", "是")


def agreed(call: Call, result: ImportResult) -> bool:
    """Show what newer sheets change, and ask whether to go on."""
    for line in show_difference(call, result):
        _tell(line)
    answer = _ask(call.say("写入吗？[Y/n]", "Write it? [Y/n]"), default="y")
    return answer.lower() in ("y", "yes", "是", "")
