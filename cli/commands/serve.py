"""`gongjian serve`: the planner's page and the API, on this machine."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from cli.call import Call
from cli.errors import DONE, complain, debugging
from cli.output import print_line
from graph.model.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    call: Call,
    host: Annotated[
        str, typer.Option("--host", help="监听地址（默认只限本机） | address (this machine only)")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="端口，0 为任选 | port, 0 = any")
    ] = 8000,
) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    from api.app import create_app

    policy = call.policy()
    with listening(host, port) as sock, call.store() as store:
        if host not in _LOOPBACK:
            complain(
                call.say(
                    "注意：本版没有账号，能访问此地址的人都能看到数据",
                    "Note: there are no accounts yet; whoever reaches this address sees the data",
                )
            )
        address = f"http://{host}:{sock.getsockname()[1]}/"
        told = call.say(f"网页地址 {address} （Ctrl-C 结束）", f"Serving {address} (Ctrl-C ends)")
        run_server(create_app(store, policy), sock, told)
    return DONE


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address, taken before the slow start of the rest.

    Raises
    ------
    UsageError
        If the address isn't this machine's, or another program has the port.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(where)
            sock.listen(128)
        except OSError:
            sock.close()
            raise
    except OSError as error:
        raise UsageError(
            f"{host}:{port} 不能监听（{error.strerror or error}），可能已被占用；"
            "请换一个 --port，或先结束占用它的程序",
            f"{host}:{port}: can't listen ({error.strerror or error}), it may be taken; "
            "choose another --port, or end the program that holds it",
        ) from error
    return sock


def run_server(app: FastAPI, sock: socket.socket, told: str) -> None:
    """Run one worker on the socket until it is told to end; Ctrl-C is a clean end."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                print_line(told)

    config = uvicorn.Config(
        app,
        log_level="info" if debugging() else "warning",
        access_log=debugging(),
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
        server_header=False,
        ws="none",
    )
    # uvicorn ends, then sends itself the signal again: by default that would kill the process
    # before the store is closed
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Server(config).run(sockets=[sock])
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)
