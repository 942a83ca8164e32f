"""One call of a command: the options that every command takes, and what they open.

Opening is lazy: `gongjian --help` and a wrong option cost no database.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cli.errors import complain
from cli.policy import load_policy
from graph.model.errors import UsageError
from graph.model.texts import Lang
from graph.model.vocabulary import SHEET_WORDS

if TYPE_CHECKING:
    from analysis.policy import Policy
    from graph.model.labels import Day, Level
    from graph.model.network import Network
    from graph.settings import Settings
    from graph.store.store import Store


class Format(StrEnum):
    """What is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Options of one call, checked."""

    format: Format = Format.TABLE
    lang: Lang = "zh"
    area: str | None = None
    level: Level = "grid"
    on: Day | None = None
    store_dir: Path | None = None
    neo4j_uri: str | None = None

    def say(self, zh: str, en: str) -> str:
        """The text in the language of the call."""
        return en if self.lang == "en" else zh

    def settings(self) -> Settings:
        """Settings of the environment and `.env`.

        Raises
        ------
        UsageError
            If one of them has no valid value.
        """
        from pydantic import ValidationError

        from graph.settings import Settings

        try:
            return Settings()
        except ValidationError as error:
            first = error.errors()[0]
            name = "GONGJIAN_" + "_".join(str(part) for part in first["loc"]).upper()
            raise UsageError(
                f"设置 {name} 不对（{first['msg']}）；说明见 docs/settings.md",
                f"setting {name}: {first['msg']}; see docs/settings.md",
            ) from error

    def policy(self) -> Policy:
        """The policy that the settings name."""
        return load_policy(self.settings().policy)

    def home(self) -> Path:
        """The home that the options or the settings name; it isn't opened."""
        return self.store_dir if self.store_dir is not None else self.settings().home

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store that the options or the settings name, closed at the end."""
        from graph.store.store import open_store

        opened = open_store(self.settings(), store_dir=self.store_dir, neo4j_uri=self.neo4j_uri)
        try:
            known = opened.notices()
            self._tell(known)
            yield opened
            self._tell([notice for notice in opened.notices() if notice not in known])
        finally:
            opened.close()

    def _tell(self, notices: Iterable[tuple[str, str]]) -> None:
        for zh, en in notices:
            complain(self.say(f"提示：{zh}", f"Note: {en}"))

    def network(self, store: Store) -> Network:
        """The whole city, with progress on stderr."""
        from cli.progress import progress

        with progress(self.lang) as report:
            network = store.network(progress=report)
        if network.head != store.head:
            complain(
                self.say(
                    "提示：数据正在更新，以下是更新前的结果",
                    "Note: the data are being changed; these are the results before the change",
                )
            )
        return network

    def today(self) -> Day:
        """The day of a change: `--date`, else the machine's day."""
        return self.on or date.today().isoformat()


def checked_day(text: str | None) -> Day | None:
    """A day of the command line, `YYYY-MM-DD`.

    Raises
    ------
    UsageError
        If it has another form or no calendar has it.

    Examples
    --------
    >>> checked_day("2019-08-01")
    '2019-08-01'
    """
    if text is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
            raise ValueError(text)
        date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--date {text} 不是有效的日期；请写成 2019-08-01 的形式",
            f"--date {text}: not a day; write it as 2019-08-01",
        ) from error
    return text


def user_name() -> str:
    """Who is at the keyboard, for the journal; "unknown" where the system can't say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def kind_word(call: Call, kind: str) -> str:
    """The word for a kind of sheet; the kind itself in English.

    Examples
    --------
    >>> kind_word(Call(), "ties"), kind_word(Call(lang="en"), "ties")
    ('共建关系台账', 'ties')
    """
    return call.say(SHEET_WORDS[kind][0] if kind in SHEET_WORDS else kind, kind)
