"""`gongjian import`: spreadsheets into the network.

All files of a call are read before anything is written. What can be read is imported; a file
that can't be read at all, a rejected row, and a table with a grave doubt that nobody answered are
told, and the call ends with code 1. Where nothing could be read, or with `--strict` not all of it
without a doubt, nothing is imported: code 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.call import Call, Format, kind_word, user_name
from cli.errors import DONE, ROWS_REJECTED, WRONG_INPUT, complain
from cli.output import csv_text, json_text, print_line, print_table, write_out
from cli.progress import progress
from graph.model.decision import Decision
from graph.model.errors import BadWorkbook, UsageError
from graph.model.issue import Issue
from graph.model.labels import SheetKind

if TYPE_CHECKING:
    from graph.model.labels import Day
    from graph.model.network import Network
    from graph.model.wanted import WantedGraph
    from graph.store.store import ImportResult, Store
    from ingest.intake import FilesInHand, Reading
    from ingest.reading.read import ReadResult

_SHOWN = 20
_ORDER = {"error": 0, "warning": 1, "info": 2}


def import_files(
    call: Call,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="文件或文件夹 | files or folders")
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", metavar="FILE", help="表格对照文件 (YAML) | mapping of columns (YAML)"
        ),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="表格已列全，未列的即为没有 | what the sheets lack, there is not",
        ),
    ] = False,
    as_kind: Annotated[
        SheetKind | None,
        typer.Option("--as", metavar="KIND", help="按这种表格读 | read every sheet as this kind"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查，不导入 | check only, import nothing")
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="有一行不合格、一处疑点没有答复就都不导入 | any rejected row, any doubt that "
            "nobody answered, stops the import",
        ),
    ] = False,
    accept: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="CODE,…",
            help="这些疑点核对过，照此导入 | these doubts were looked at; import all the same",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE.xlsx",
            help="原表副本，标出并注明有问题的单元格 | a copy of the file with the faults marked",
        ),
    ] = None,
    cleaned: Annotated[
        Path | None,
        typer.Option(
            "--cleaned",
            metavar="DIR",
            help="整理后的副本，逐行注明结果和对应 | cleaned copies that tell what each row became",
        ),
    ] = None,
    synthetic: Annotated[
        bool,
        typer.Option("--synthetic", help="标明是合成（虚构）数据 | mark the data as synthetic"),
    ] = False,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="也读隐藏的工作表 | read hidden sheets too")
    ] = False,
    remember: Annotated[
        bool,
        typer.Option(
            "--remember",
            help="记住 --as 或 --mapping 说明的表式 | remember the layouts that --as or "
            "--mapping tells",
        ),
    ] = False,
) -> int:
    """Read files, then import what could be read."""
    from ingest.intake import FilesInHand, remembered

    _check_paths(paths, mapping, report)
    _check_folder(cleaned)
    accepted = _accepted(accept)
    options = _reading(
        call, mapping, complete=complete, as_kind=as_kind, synthetic=synthetic, hidden=hidden
    )
    with call.store() as store:
        read, learnt = _read(call, store, paths, options)
        _stop_where_bad(call, read, strict=strict, report=report)
        if remember:
            learnt += remembered(read, on=call.today(), who=user_name())
        take = partial(
            FilesInHand,
            store,
            read,
            on=call.today(),
            who=user_name(),
            verdicts_of=partial(_verdicts_of, call),
            keep_wanted=cleaned is not None,
        )
        files = take(accept=accepted)
        if strict:
            _stop_where_doubtful(call, files)
        if not dry_run:
            agreed = _agreed(call, files)
            if agreed is None:
                print_line(call.say("没有写入。", "Nothing was written."))
                return DONE
            learnt += agreed
            if learnt:
                store.decide(learnt)
            if agreed:
                files = take(accept=accepted | {c for d in agreed for c in _codes(d)})
        with progress(call.lang) as shown:
            result = files.told(shown) if dry_run else files.commit(shown)
    copied = _write_report(call, report, read, result.issues)
    if cleaned is not None:
        copied &= _write_cleaned(call, cleaned, read, result, files.wanted)
    show(call, result, dry_run=dry_run, report=report)
    for error in read.refused:
        complain(call.say(f"错误：{error.zh}", f"Error: {error.en}"))
    return _exit_code(call, read, result, copied=copied)


def _accepted(accept: str | None) -> frozenset[str]:
    """The codes of `--accept`.

    Raises
    ------
    UsageError
        If one is no sign's.
    """
    from graph.model.signs import sign_codes

    codes = frozenset(c.strip() for c in (accept or "").split(",") if c.strip())
    unknown = sorted(codes - sign_codes().keys())
    if unknown:
        raise UsageError(
            f"--accept：没有 {'、'.join(unknown)} 这种疑点；可用的有 {'、'.join(sign_codes())}",
            f"--accept: no such doubt: {', '.join(unknown)}; there are {', '.join(sign_codes())}",
        )
    return codes


def _codes(decision: Decision) -> list[str]:
    return list(decision.value["codes"]) if decision.kind == "sign" and decision.value else []


def _verdicts_of(call: Call, network: Network, day: Day | None) -> Mapping[str, str]:
    from analysis.city import verdicts_of

    return verdicts_of(network, call.policy(), call.on or day, call.level)


def _exit_code(call: Call, read: ReadResult, result: ImportResult, *, copied: bool) -> int:
    """How the call ends.

    0 where all was taken; 1 where something was left out or waits for an answer; 2 where all
    tables were left out.
    """
    from cli.receipt_lines import stopped_line

    if result.stopped:
        complain(stopped_line(call, result.stopped))
        if not result.datasets:
            return WRONG_INPUT
    rejected = any(d.rows_rejected for d in result.datasets)
    left = rejected or read.refused or read.questions or result.stopped
    return ROWS_REJECTED if left or not copied else DONE


def _stop_where_doubtful(call: Call, files: FilesInHand) -> None:
    """With `--strict`, end the call where a sign is unanswered; nothing is written."""
    result = files.told()
    signs = [sign for receipt in result.receipts for sign in receipt.unanswered]
    if not signs:
        return
    from cli.receipt_lines import receipt_lines

    for line in receipt_lines(call, result):
        complain(line)
    codes = ",".join(dict.fromkeys(sign.code for sign in signs))
    complain(
        call.say(
            f"错误：有 {len(signs)} 处疑点没有答复，按 --strict 什么都没有导入；"
            f"核对无误后加 --accept {codes}",
            f"Error: {len(signs)} doubts without an answer, with --strict nothing was imported; "
            f"if all is right, add --accept {codes}",
        )
    )
    raise typer.Exit(WRONG_INPUT)


def _stop_where_bad(call: Call, read: ReadResult, *, strict: bool, report: Path | None) -> None:
    """End the call before anything is written, where there is nothing to import.

    That is where no file could be read, or, with `strict`, not all files and rows.
    """
    from ingest.intake import ordered

    of_rows = [issue for dataset in read.datasets for issue in dataset.issues]
    rejected = sum(dataset.info.rows_rejected for dataset in read.datasets)
    if read.refused and (strict or not read.datasets):
        for error in read.refused:
            complain(
                call.say(
                    f"错误：{error.zh}（什么都没有导入）",
                    f"Error: {error.en} (nothing was imported)",
                )
            )
    elif strict and rejected:
        errors = [issue for issue in ordered([*read.issues, *of_rows]) if issue.level == "error"]
        first = errors[0]
        complain(
            call.say(
                f"错误：有 {rejected} 行不合格，按 --strict 什么都没有导入；"
                f"第一处在 {place_of(first)}：{first.zh}（--report 问题.xlsx 列出全部）",
                f"Error: {rejected} rows rejected, with --strict nothing was imported; the first "
                f"is {place_of(first)}: {first.en} (--report issues.xlsx lists all)",
            )
        )
    elif not read.datasets:
        complain(
            call.say(
                "错误：没有可以导入的表格；请检查文件类型（.xlsx、.csv）和表头",
                "Error: no sheet to import was found; check type (.xlsx, .csv) and headers",
            )
        )
    else:
        return
    _write_report(call, report, read, [*read.issues, *of_rows])
    raise typer.Exit(WRONG_INPUT)


def show(call: Call, result: ImportResult, *, dry_run: bool, report: Path | None) -> None:
    """Print the result of an import in the form that the call asks for."""
    if call.format is Format.JSON:
        write_out(json_text(result))
    elif call.format is Format.CSV:
        from graph.store.import_result import ImportedDataset

        fields = list(ImportedDataset.model_fields)
        rows = [[getattr(d, name) for name in fields] for d in result.datasets]
        write_out(csv_text(fields, rows), encoding="utf-8-sig")
    else:
        from cli.receipt_lines import receipt_lines

        _show_datasets(call, result)
        for line in receipt_lines(call, result):
            print_line(line)
        for question in result.questions:
            print_line(call.say(question.zh, question.en))
        show_issues(call, result, report)
        print_line(entities_line(call, result))
        if dry_run:
            from cli.asking import show_difference

            for line in show_difference(call, result):
                print_line(line)
            print_line(call.say("只是检查，没有导入。", "Checked only; nothing was imported."))


def _show_datasets(call: Call, result: ImportResult) -> None:
    header = [
        call.say("文件", "file"),
        call.say("工作表", "sheet"),
        call.say("种类", "kind"),
        call.say("读入", "read"),
        call.say("新增", "added"),
        call.say("变更", "changed"),
        call.say("未变", "unchanged"),
        call.say("退回", "rejected"),
        call.say("不保存的个人信息列", "personal columns, not kept"),
    ]
    rows = [
        [
            d.file,
            d.sheet,
            kind_word(call, d.kind),
            d.rows_read,
            d.rows_added,
            d.rows_changed,
            d.rows_unchanged,
            d.rows_rejected,
            "、".join(d.columns_dropped),
        ]
        for d in result.datasets
    ]
    print_table(header, rows)


def entities_line(call: Call, result: ImportResult) -> str:
    """What became of the network's bodies, people and places."""
    e = result.entities
    return call.say(
        f"网络中的区域、单位、人员、资源、需求：新增 {e.created}，更新 {e.updated}，"
        f"未变 {e.unchanged}，归并 {e.merged}，待核 {e.to_review}",
        f"entities: {e.created} created, {e.updated} updated, {e.unchanged} unchanged, "
        f"{e.merged} merged, {e.to_review} to review",
    )


def show_issues(call: Call, result: ImportResult, report: Path | None) -> None:
    """Print the issues for people: equal ones of a sheet once, with how often."""
    issues = result.issues
    if not issues:
        unread = any(r.cells.not_read or r.unanswered for r in result.receipts)
        if not (unread or result.questions):
            print_line(call.say("没有发现问题。", "No issues."))
        return
    groups: dict[tuple[str, str, str, str], list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.level, issue.file, issue.sheet, issue.zh), []).append(issue)
    print_table(
        [
            call.say("级别", "level"),
            call.say("位置", "where"),
            call.say("处", "times"),
            call.say("问题和改法", "issue and cure"),
        ],
        [
            [
                level_word(call, first.level),
                place_of(first),
                len(alike),
                call.say(first.zh, first.en),
            ]
            for first, alike in ((alike[0], alike) for alike in list(groups.values())[:_SHOWN])
        ],
        wide=3,
    )
    counts = {level: sum(i.level == level for i in issues) for level in _ORDER}
    line = call.say(
        f"错误 {counts['error']}，提醒 {counts['warning']}，说明 {counts['info']}",
        f"{counts['error']} errors, {counts['warning']} warnings, {counts['info']} notes",
    )
    if report is not None:
        line += call.say(f"；全部见 {report}", f"; all of them in {report}")
    elif len(issues) > len(groups) or len(groups) > _SHOWN:
        line += call.say(
            "；逐条清单请加 --report 问题.xlsx", "; --report issues.xlsx lists every one"
        )
    print_line(line)


def level_word(call: Call, level: str) -> str:
    """The word for an issue's level."""
    zh = {"error": "错误", "warning": "提醒", "info": "说明"}
    return call.say(zh[level], level)


def place_of(issue: Issue) -> str:
    """Where an issue is: file, sheet, cell or row.

    Examples
    --------
    >>> place_of(Issue(level="info", code="x", file="a.xlsx", sheet="表", cell="C7", zh="", en=""))
    'a.xlsx 表 C7'
    """
    row = "" if issue.row is None else str(issue.row)
    parts = [issue.file, issue.sheet, issue.cell or row]
    return " ".join(part for part in parts if part)


def _check_paths(paths: Sequence[Path], mapping: Path | None, report: Path | None) -> None:
    for path in [*paths, *([mapping] if mapping else [])]:
        if not path.exists():
            raise UsageError(
                f"{path}：没有这个文件或文件夹；请检查路径", f"{path}: no such file or folder"
            )
    if report is not None and report.resolve() in {p.resolve() for p in paths}:
        raise UsageError(
            f"--report {report}：与要导入的文件同名，会把它盖掉；请改文件名",
            f"--report {report}: is a file to import and would be overwritten; change its name",
        )
    if report is not None and report.suffix.lower() != ".xlsx":
        raise UsageError(
            f"--report {report}：问题清单只能写成 .xlsx；请改文件名",
            f"--report {report}: the report is an .xlsx file; change its name",
        )
    if report is not None and not report.parent.exists():
        raise UsageError(
            f"--report {report}：没有文件夹 {report.parent}；请先建立",
            f"--report {report}: no folder {report.parent}; make it first",
        )


def _reading(call: Call, mapping: Path | None, **given: Any) -> Reading:
    from ingest.intake import Reading
    from ingest.sheets.mapping import load_mapping

    found = load_mapping(mapping) if mapping else None
    return Reading(area=call.area, mapping=found, **given)


def _read(
    call: Call, store: Store, paths: Sequence[Path], options: Reading
) -> tuple[ReadResult, list[Decision]]:
    """Read the files; at a terminal ask about sheets that can't be told, and read again."""
    from cli.asking import ask_layouts, may_ask
    from ingest.intake import read_for

    with progress(call.lang) as shown:
        read = read_for(store, paths, options, progress=shown)
    if not read.questions or not may_ask(call):
        return read, []
    learnt = ask_layouts(call, read.questions, on=call.today(), who=user_name())
    if learnt:
        with progress(call.lang) as shown:
            read = read_for(store, paths, options, also=learnt, progress=shown)
    return read, learnt


def _agreed(call: Call, files: FilesInHand) -> list[Decision] | None:
    """At a terminal, show what is odd and what newer sheets change, and ask.

    Returns
    -------
    list of Decision or None
        What the person said once of layouts; None: nothing shall be written.
    """
    from cli.asking import agreed, may_ask, right_so
    from ingest.intake import sign_decisions

    if not may_ask(call):
        return []
    with progress(call.lang) as shown:
        would = files.told(shown)
    said: list[Decision] = []
    if files.unanswered and right_so(call, would):
        said = sign_decisions(files.unanswered, known=files.known, on=call.today(), who=user_name())
    if any(d.replaces for d in would.datasets) and not agreed(call, would):
        return None
    return said


def _write_report(
    call: Call, report: Path | None, read: ReadResult, issues: Sequence[Issue]
) -> bool:
    """The report: of one file its marked copy; of several the list, and copies beside it.

    Whether it could be written: what was imported is imported all the same.
    """
    if report is None:
        return True
    from ingest.copies.copies import write_report_copies
    from ingest.copies.issue_list import write_report

    try:
        with progress(call.lang) as shown:
            if len(read.files) != 1 or read.refused:
                write_report(report, issues, call.lang)
            write_report_copies(report, read, issues, call.lang, progress=shown)
    except (UsageError, BadWorkbook) as error:
        return _told_failure(call, error)
    return True


def _write_cleaned(
    call: Call, folder: Path, read: ReadResult, result: ImportResult, wanted: WantedGraph
) -> bool:
    from ingest.copies.cleaned import row_matches
    from ingest.copies.copies import write_cleaned_copies

    matches = row_matches(wanted, {d.info.id for d in read.datasets})
    try:
        with progress(call.lang) as shown:
            write_cleaned_copies(folder, read, result.issues, matches, progress=shown)
    except (UsageError, BadWorkbook) as error:
        return _told_failure(call, error)
    return True


def _told_failure(call: Call, error: UsageError | BadWorkbook) -> bool:
    """A copy that can't be made is told in one line and stops nothing: always False."""
    complain(call.say(f"错误：{error.zh}", f"Error: {error.en}"))
    return False


def _check_folder(folder: Path | None) -> None:
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UsageError(
            f"--cleaned {folder}：这是一个文件；请给出文件夹",
            f"--cleaned {folder}: this is a file; name a folder",
        )
