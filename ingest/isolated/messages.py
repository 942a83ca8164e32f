"""Messages between the program and its reading process."""

from __future__ import annotations

import pickle
from typing import IO, Any

Message = tuple[Any, ...]

LENGTH = 8
"""Bytes before each pickle that say how long it is."""


def send(sink: IO[bytes], message: Any) -> None:
    """Write one message."""
    data = pickle.dumps(message, protocol=5)
    sink.write(len(data).to_bytes(LENGTH, "big"))
    sink.write(data)
    sink.flush()


def receive(source: IO[bytes]) -> Any:
    """Read one task; None at the end."""
    head = source.read(LENGTH)
    if len(head) < LENGTH:
        return None
    return pickle.loads(source.read(int.from_bytes(head, "big")))  # noqa: S301 - from our parent
