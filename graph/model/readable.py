"""File names in another encoding than the system's, as people should see them.

A zip made on a Windows machine leaves names in GBK bytes, which Python keeps as lone surrogates:
nothing can print them, and no JSON hold them. The path itself stays as it is, for opening.
"""

from __future__ import annotations

import re

_LONE = re.compile("[\udc80-\udcff]")
# what GBK bytes become: lone surrogates, ASCII, and pairs that happen to be UTF-8
_SHORT = "[^/\u0800-\udc7f\udd00-\U0010ffff]*"
_STRETCH = re.compile(f"{_SHORT}[\udc80-\udcff]{_SHORT}")
_BOXES = re.compile("[\u2500-\u25ff]")


def readable(text: str) -> str:
    """The text with GBK bytes in it decoded, whole names and paths as well as messages.

    Examples
    --------
    >>> raw = "/a/" + "书院街道.csv".encode("gbk").decode("utf-8", "surrogateescape")
    >>> readable(f"没有这个文件：{raw}；请核对")
    '没有这个文件：/a/书院街道.csv；请核对'
    >>> readable("书院街道".encode("gbk").decode("cp437")), readable("José.csv")
    ('书院街道', 'José.csv')
    """
    if text.isascii():
        return text
    if _LONE.search(text):
        return _STRETCH.sub(lambda m: _decoded(m[0]), text)
    if _BOXES.search(text):
        return _without_boxes(text)
    return text


def _decoded(stretch: str) -> str:
    data = stretch.encode("utf-8", "surrogateescape")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace")


def _without_boxes(text: str) -> str:
    """A name that was unpacked as if it were in the code page of DOS."""
    try:
        told = text.encode("cp437").decode("gb18030")
        told.encode("gb2312")
    except UnicodeError:
        return text
    return told
