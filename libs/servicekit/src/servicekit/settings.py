"""What the environment may say. Read once, frozen, passed in; the defaults run on a laptop.

Every variable is `ROLLBOOK_` and the field's name in capitals; the database is `DATABASE_URL`, the
name every host already gives it.
"""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from servicekit.errors import SettingsRefused


def default_data_dir() -> Path:
    """Choose the folder for the embedded database and the local keys.

    A user's own data folder. For root a folder of the system's: the database server never runs as
    root, and whoever it runs as could not reach into root's home without opening it.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/rollbook")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "rollbook"


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="ROLLBOOK_", frozen=True, extra="ignore")

    database_url: Annotated[str | None, BeforeValidator(lambda said: said or None)] = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 16 or newer; unset or empty starts the embedded one",
    )
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="the embedded database, the local signing key and the local secrets key",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on; loopback by default")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    workers: int = Field(default=1, ge=1, le=64, description="processes that share the port")
    public_url: HttpUrl | None = Field(
        default=None, description="where clients reach us; names the source of events we send"
    )
    pool_size: int = Field(
        default=8, ge=1, le=200, description="database connections a service and process"
    )
    issuer: str = Field(default="https://rollbook.local", description="`iss` a token must carry")
    audience: str = Field(default="rollbook", description="`aud` a token must carry")
    jwks_url: HttpUrl | None = Field(
        default=None, description="the identity provider's keys; unset trusts the local key only"
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="auto is readable on a terminal, JSON elsewhere"
    )
    poll_seconds: float = Field(
        default=0.2, gt=0, le=60, description="how often followers look for news; bounds their lag"
    )
    rate_limit_requests: int = Field(
        default=30_000,
        ge=0,
        description="requests that each client may make of each process, at once and again in each "
        "`ROLLBOOK_RATE_LIMIT_SECONDS`; the default is every class of a thousand schools at 8:55, "
        "and half of what a process can do all day; 0 limits nobody, nor bad tokens",
    )
    rate_limit_seconds: int = Field(
        default=60, ge=1, le=86_400, description="in which a client's requests are granted anew"
    )
    streams_per_client: int = Field(
        default=300,
        ge=1,
        description="event streams each client may have open at each process: one for each school "
        "of a large authority",
    )
    import_limit_bytes: int = Field(
        default=1024**3, ge=1, description="size of a file of entries; every other body is 1 MiB"
    )
    secrets_key: SecretStr | None = Field(
        default=None,
        description="key(s) of 32 bytes in URL-safe base64, newest first, comma-separated, that "
        "endpoint secrets are encrypted with; after a new one `rollbook reseal`; unset keeps one "
        "of this machine in the data folder",
    )
    allow_loopback_endpoints: bool = Field(
        default=False, description="webhooks to http://127.0.0.1: for a laptop, never a server"
    )

    @property
    def base_url(self) -> str:
        """Where clients reach this process, without a slash at the end."""
        return str(self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsRefused: naming each variable that can't be, and never its value: it may be secret.
    """
    try:
        return Settings()
    except ValidationError as invalid:
        wrong = [f"{_variable(each['loc'][0])}: {each['msg']}" for each in invalid.errors()]
        raise SettingsRefused("; ".join(wrong)) from None


def _variable(field: int | str) -> str:
    return "DATABASE_URL" if field == "DATABASE_URL" else f"ROLLBOOK_{field}".upper()
