"""The one frozen settings object; built in ``app`` and ``cli`` only, then passed down as values.

Every field is read from the environment variable ``WANGGE_<FIELD>``.  Nothing below ``app`` and
``cli`` imports this module: lower rooms receive the value they need.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_var_dir() -> Path:
    """``var`` beside pyproject.toml in a checkout, else ``var`` in the working directory."""
    checkout = Path(__file__).resolve().parents[1]
    base = checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()
    return base / "var"


class Settings(BaseSettings):
    """Where the data is, how the service listens, and the limits it keeps."""

    model_config = SettingsConfigDict(env_prefix="WANGGE_", frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(
        default=None,
        description="An existing PostgreSQL with PostGIS; unset means the private cluster in var/.",
    )
    database_name: str = Field(default="wangge", pattern=r"^[a-z_][a-z0-9_]{0,40}$")
    var_dir: Path = Field(default_factory=_default_var_dir)
    wal_archive_dir: Path | None = Field(
        default=None, description="Put the WAL archive on another disk; default var/wal_archive."
    )
    attachments_dir: Path | None = Field(default=None, description="Default var/attachments.")
    index_dir: Path | None = Field(
        default=None, description="Point-in-cell indexes; default var/index."
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    api_processes: int = Field(
        default=1, ge=1, le=32,
        description="How many processes answer; each counts its own limits and metrics.",
    )  # fmt: skip
    tls_cert: Path | None = None
    tls_key: Path | None = None

    envelope_margin_m: float = Field(default=50_000.0, ge=0.0, allow_inf_nan=False)

    max_body_bytes: int = Field(default=20 * 1024 * 1024, ge=1024)
    max_import_bytes: int = Field(
        default=512 * 1024 * 1024, ge=1024, description="The largest file that may be uploaded."
    )
    database_pool_size: int = Field(default=10, ge=1, le=200)
    statement_timeout_s: float = Field(default=30.0, gt=0, allow_inf_nan=False)

    session_idle_limit: timedelta = timedelta(hours=8)
    session_absolute_limit: timedelta = timedelta(hours=24)
    sign_in_attempts: int = Field(default=10, ge=1)
    sign_in_window: timedelta = timedelta(minutes=15)
    rate_limit_factor: float = Field(
        default=1.0, ge=0.0, le=1000.0, allow_inf_nan=False,
        description="Multiplies how often an account may ask; 0: as often as it likes.",
    )  # fmt: skip

    oidc_issuer: str | None = Field(
        default=None, max_length=400, description="Sign-in through this provider; unset: off."
    )
    oidc_client_id: str = Field(default="", max_length=200)
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_login_claim: Literal["preferred_username", "sub", "email"] = Field(
        default="preferred_username", description="The claim that is the login of an account."
    )

    basemaps: str = Field(
        default="", max_length=4000,
        description="Basemaps of the map page, separated by spaces: files, a WMTS, tianditu:vec.",
    )  # fmt: skip
    tianditu_key: SecretStr = SecretStr("")
    tianditu_url: str = Field(default="https://t0.tianditu.gov.cn", max_length=400)

    backup_dir: Path | None = Field(
        default=None, description="Where the nightly backup goes; unset means none."
    )
    worker_restarts: int = Field(default=20, ge=0, description="Within ten minutes, then give up.")

    @model_validator(mode="after")
    def _check_tls_pair(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together: give both or neither")
        return self

    @model_validator(mode="after")
    def _check_oidc(self) -> Self:
        if self.oidc_issuer is not None and not self.oidc_client_id:
            raise ValueError("oidc_issuer needs oidc_client_id")
        return self

    @property
    def secure(self) -> bool:
        """Whether pages are served over TLS; cookies are then marked Secure."""
        return self.tls_cert is not None

    @property
    def external_database_url(self) -> str | None:
        """The database URL as text, for ``cluster.open_database``."""
        return None if self.database_url is None else self.database_url.get_secret_value()

    @property
    def attachments_path(self) -> Path:
        """The folder of attachment bytes; part of every backup."""
        return self.attachments_dir or self.var_dir / "attachments"

    @property
    def imports_path(self) -> Path:
        """The folder of uploaded files that wait, kept for a week; no part of a backup."""
        return self.var_dir / "imports"

    @property
    def exports_path(self) -> Path:
        """The folder of finished exports, kept for a day; no part of a backup."""
        return self.var_dir / "exports"

    @property
    def index_path(self) -> Path:
        """The folder of memory-mapped point-in-cell indexes; can be rebuilt at any time."""
        return self.index_dir or self.var_dir / "index"
