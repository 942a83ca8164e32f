"""The command as a process: signals, pipes, ports, colours, locales."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-c", "from cli.main import main; main()"]


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GONGJIAN_")}
    kept.pop("NO_COLOR", None)
    return {**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), **more}


def start(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**(env or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def served(home: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    process = start("serve", "--port", "0", "--store", home, cwd=tmp_path)
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        assert "http://127.0.0.1:" in line, process.communicate(timeout=60)
        yield process, line.split()[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_ends_cleanly(
    served: tuple[subprocess.Popen[bytes], str], how: signal.Signals
) -> None:
    process, address = served
    assert httpx.get(f"{address}api/v1/health", timeout=60).status_code == 200
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()
    assert err == b""


def test_a_busy_port_is_one_line(home: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = start("serve", "--port", port, "--store", home, cwd=tmp_path)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == b""
    assert err.count(b"\n") == 1
    assert port.encode() in err


def test_a_reader_that_goes_away_is_no_error(home: Path, tmp_path: Path) -> None:
    process = start("weak-grids", "--all", "--format", "json", "--store", home, cwd=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert err == b""


@pytest.mark.parametrize(
    ("how", "code", "words"), [(signal.SIGINT, 130, "已中断\n"), (signal.SIGTERM, 143, "")]
)
def test_a_signal_ends_the_work_without_a_traceback(
    tmp_path: Path, how: signal.Signals, code: int, words: str
) -> None:
    process = start("sample", "--out", tmp_path / "s", "--full-city", cwd=tmp_path)
    ends = time.monotonic() + 30
    while not (tmp_path / "s").exists() and time.monotonic() < ends:
        time.sleep(0.05)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert (out, err.decode()) == (b"", words)


@pytest.mark.parametrize("no_color", [False, True])
def test_colours_only_on_a_terminal_that_wants_them(
    home: Path, tmp_path: Path, no_color: bool
) -> None:
    ours, theirs = pty.openpty()
    more = {"TERM": "xterm-256color"} | ({"NO_COLOR": "1"} if no_color else {})
    process = subprocess.Popen(
        [*COMMAND, "weak-grids", "--all", "--store", str(home)],
        cwd=tmp_path,
        env=environment(**more),
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the other end was closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert (b"\x1b[3" in shown) is not no_color


def test_output_is_utf8_whatever_the_locale(home: Path, tmp_path: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    process = start("weak-grids", "--all", "--store", home, cwd=tmp_path, env=env)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "正常" in out.decode("utf-8")
    process = start("gaps", "--area", "没有", "--store", home, cwd=tmp_path, env=env)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"Traceback" not in err


def test_a_fault_of_the_program_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    """As in `test_errors`, but through the real entry point."""
    process = start("gups", cwd=tmp_path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == b""
    assert err.decode() == "错误：没有命令 gups；用法见 gongjian --help\n"
