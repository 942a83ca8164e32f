"""Settings from the environment and `.env`, prefix `GONGJIAN_`."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the graph lives, and which policy judges it.

    Examples
    --------
    >>> Settings(home=Path("h"), _env_file=None).neo4j_database is None
    True
    """

    model_config = SettingsConfigDict(
        env_prefix="GONGJIAN_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    neo4j_uri: str | None = None
    """A Neo4j to use; without it the embedded store is."""
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr | None = None
    neo4j_database: str | None = None
    """Database of the Neo4j, gongjian's alone; without it the server's default one."""
    home: Path = Path("~/.gongjian")
    """Journal and datasets (the truth), embedded database and snapshots (made from it)."""
    policy: Path | None = None
    """Policy file in place of the project's own."""

    @field_validator("neo4j_uri", "neo4j_database", "policy", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("home")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()
