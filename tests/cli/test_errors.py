"""One line on stderr and the right exit code for whatever goes wrong."""

from __future__ import annotations

import errno
import sys

import pytest

from cli import main as cli_main
from cli.call import Call
from cli.errors import report
from cli.main import language, run
from graph.model.errors import (
    BadWorkbook,
    PolicyError,
    Refused,
    StoreBusy,
    StoreForeign,
    StoreTooNew,
    StoreUnavailable,
    UnknownArea,
    UsageError,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (UsageError, 2),
        (PolicyError, 2),
        (UnknownArea, 2),
        (BadWorkbook, 2),
        (StoreUnavailable, 3),
        (StoreBusy, 3),
        (StoreTooNew, 3),
        (StoreForeign, 3),
        (Refused, 4),
    ],
)
def test_each_error_has_its_code(
    kind: type[UsageError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(kind("中文", "english"), "zh") == code
    assert report(kind("中文", "english"), "en") == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "错误：中文\nError: english\n"


def failing(error: BaseException) -> object:
    def command(call: Call) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ValueError("two\nlines"), 70, "GONGJIAN_DEBUG"),
        (MemoryError(), 70, "MemoryError"),
        (RecursionError("deep"), 70, "RecursionError"),
        (PermissionError(errno.EACCES, "Permission denied", "/a/b"), 2, "/a/b"),
        (OSError(errno.ENOSPC, "No space left on device", "/a/b"), 2, "/a/b"),
        (KeyboardInterrupt(), 130, "已中断"),
    ],
)
def test_the_unexpected_is_one_line_too(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli_main, "COMMANDS", (("fail", failing(error), "x | x"),))
    monkeypatch.delenv("GONGJIAN_DEBUG", raising=False)
    assert run(["fail"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert words in err
    assert "Traceback" not in err


def test_debugging_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli_main, "COMMANDS", (("fail", failing(ValueError("x")), "x | x"),))
    monkeypatch.setenv("GONGJIAN_DEBUG", "1")
    assert run(["fail"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gaps", "--fromat", "json"], "没有选项 --fromat（是不是 --format？）"),
        (["gaps", "--format", "xml"], "--format 只能是 table、json、csv"),
        (["gaps", "--by"], "选项 --by"),
        (["gups"], "没有命令 gups"),
        (["--lang", "zh"], "缺少命令"),
        (["map"], "缺少 --out"),
        (["import"], "缺少 PATH..."),
        (["serve", "--port", "http"], "--port 应是数字"),
        (["sample", "--out", "x", "--streets", "0"], "--streets 应是数字"),
        (["gaps", "--date", "2019-02-30"], "--date 2019-02-30"),
        (["gaps", "--date", "2019-8-1"], "--date 2019-8-1"),
        (["gaps", "more"], "more"),
        (["import", "no-such-file.xlsx"], "no-such-file.xlsx：没有这个文件或文件夹"),
        (["map", "--out", "no/such/folder/map.html"], "no/such/folder"),
        (["schema", "no-such"], "no-such"),
    ],
)
def test_a_wrong_call_is_code_2_and_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert words in err
    assert err.startswith("错误：")


def test_a_wrong_call_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gaps", "--lang", "en", "--by", "colour"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Error: ")
    assert "gongjian gaps --help" in err
    assert err.isascii()


def test_help_is_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "薄弱网格" in capsys.readouterr().out
    assert run(["--lang", "en", "gaps", "--help"]) == 0
    assert "resource-sharing gaps" in capsys.readouterr().out


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "weak-grids" in capsys.readouterr().out


def test_the_language_is_known_before_parsing() -> None:
    assert language(["x", "--lang"]) == "zh"
    assert language(["--lang", "zh"]) == "zh"


def test_start_imports_nothing_heavy() -> None:
    """`gongjian --help` is quick because none of these is imported for it."""
    import subprocess

    code = (
        "import sys, cli.main; cli.main.run(['--help']);"
        "heavy = {'polars', 'numpy', 'networkx', 'neo4j', 'fastapi', 'scipy', 'numba', 'ortools',"
        " 'jinja2', 'xlsxwriter', 'opencc', 'uvicorn', 'pyvis', 'jpype'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
