"""One frozen settings object per campus: `fazri.toml`, overridden by `FAZRI_*` variables, checked before use."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from fazri_lib.errors import CampusNotFoundError, SettingsError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE_NAME = "fazri.toml"
PREFIX = "FAZRI_"
_ADDRESS = re.compile(r"(?i)(https?)://(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?)(?::([0-9]{1,5}))?")
_USUAL_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65535
_SHORTEST_SECRET = 32
PROCESS_VARIABLES = {
    "FAZRI_HOME": "campus folder to use when no fazri.toml lies at or above the working directory",
    "FAZRI_BENCH_DATA": "folder of foreign data sets for tests and `fazri bench`",
}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reference(_Section):
    """Files of the campus folder that describe places and days."""

    zones: str = Field("zones.csv", description="zones with capacity, hours and access policy")
    access_points: str = Field("access_points.csv", description="Wi-Fi access points and the zone each one serves")
    zone_walks: str = Field("zone_walks.csv", description="walking distances between zones, metres")
    calendar: str = Field("calendar.csv", description="flags of days known ahead: holiday, term, exam")


class Presence(_Section):
    """How sightings become stays."""

    settle_h: float = Field(
        6.0,
        gt=0,
        le=48,
        description="hours after which a stay or a figure no longer changes; rows known later than that join no stay",
    )
    sure_probability: float = Field(
        0.5, gt=0, le=1, description="a claim at least this probable ends the stay in another zone"
    )


class Policies(_Section):
    """Constants of the rules; what a zone allows stands in the zones file."""

    speed_limit_m_s: float = Field(
        3.0, gt=0, description="metres per second that nobody walks; faster is impossible travel"
    )
    default_walk_m: float = Field(
        150.0, gt=0, description="walking distance of two zones that the walks file does not list, metres"
    )
    grace_min: int = Field(15, ge=0, description="minutes after closing and before opening that are not off hours")
    min_score: float = Field(0.05, ge=0, le=1, description="findings less sure than this are not kept")


class Forecast(_Section):
    """Occupancy forecasts."""

    horizon_h: int = Field(168, ge=1, le=1344, description="hours ahead")
    history_days: int = Field(84, ge=14, description="days of history that a forecast reads")


class Storage(_Section):
    """Engine limits and what is kept."""

    memory_limit: str = Field(
        "4GB",
        pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$",
        description="memory that the engine may use before it spills to disk",
    )
    threads: int = Field(0, ge=0, description="threads of the engine; 0 takes all cores")


class Retention(_Section):
    """What is deleted, and when."""

    keep_extracts: int = Field(3, ge=1, description="published extracts kept for rollback, the current one included")
    observations_days: int = Field(
        0, ge=0, description="days of observations kept in the lake before the latest one; 0 keeps all"
    )


class Serving(_Section):
    """The front door: dashboards, login and sessions."""

    host: str = Field("127.0.0.1", min_length=1, description="address that the door listens on")
    port: int = Field(8800, ge=1, le=65535, description="port that the door listens on")
    public_url: str = Field(
        "",
        description="address in people's browsers, as https://fazri.example.org; empty: http and host and port above",
    )
    mode: Literal["thread", "processes"] = Field(
        "thread", description="Panel in a thread of the front's process, or in processes of its own"
    )
    processes: int = Field(2, ge=1, le=64, description="Panel processes when the mode is processes")
    idle_min: int = Field(30, ge=1, description="minutes without a request after which a login ends")
    session_h: float = Field(12.0, gt=0, description="hours after which a login ends in any case")
    failures: int = Field(5, ge=1, description="wrong passwords in a row after which an account is locked for a while")
    lock_min: float = Field(15.0, gt=0, description="minutes that such a lock lasts")

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        """Spelt as browsers send it: in lower case, without the port that goes without saying."""
        if not value:
            return value
        found = _ADDRESS.fullmatch(value)
        if found is None or int(found[4] or 1) not in range(1, _LAST_PORT + 1):
            raise ValueError(
                "expected http or https, a host and at most a port, as https://fazri.example.org or "
                "https://fazri.example.org:8443, got something else, as a path, a name before @ or letters that "
                "browsers write otherwise (xn--)"
            )
        scheme, host, port = found[1].lower(), found[2].lower(), found[4]
        return (
            f"{scheme}://{host}"
            if port is None or int(port) == _USUAL_PORTS[scheme]
            else f"{scheme}://{host}:{int(port)}"
        )


class Settings(BaseSettings):
    """Everything that can be set for one campus. Read by `load`, never built at import time."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    name: str = Field("Campus", description="name shown on reports and pages")
    time_zone: str = Field("UTC", description="IANA name of the campus's time zone")
    contracts: str = Field("contracts", description="folder of source contracts (TOML)")
    engine: Literal["duckdb", "spark"] = Field("duckdb", description="engine of the relational stages")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="lowest level of log lines shown"
    )
    pseudonym_key: SecretStr | None = Field(
        None, description="secret that keys the pseudonyms of people; without it they follow from the entity id"
    )
    operations_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL of the operations database; without it SQLite in state/operations.db"
    )
    secret_key: SecretStr | None = Field(
        None,
        description="secret, 32 characters or more, that signs forms and page tokens; without it each start draws one",
    )
    reference: Reference = Reference()
    presence: Presence = Presence()
    policies: Policies = Policies()
    forecast: Forecast = Forecast()
    storage: Storage = Storage()
    retention: Retention = Retention()
    serving: Serving = Serving()

    @field_validator("secret_key")
    @classmethod
    def _cannot_be_guessed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(
                f"expected at least {_SHORTEST_SECRET} characters, got fewer; draw one with "
                '`python -c "import secrets; print(secrets.token_urlsafe(32))"`'
            )
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"expected an IANA name as Asia/Kolkata, got {value!r}") from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the hook's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the environment is the only other source
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables win over the file, which is passed in as the initial values."""
        return env_settings, init_settings


def find_home(start: Path | None = None) -> Path:
    """Return the campus folder: the nearest one at or above `start` that holds fazri.toml, else `FAZRI_HOME`.

    Raises:
        CampusNotFoundError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    named = os.environ.get("FAZRI_HOME")
    if named and (Path(named) / FILE_NAME).is_file():
        return Path(named).resolve()
    found = f"FAZRI_HOME names {Path(named).resolve()}, a folder without one" if named else "FAZRI_HOME is not set"
    raise CampusNotFoundError(
        f"no campus folder: expected {FILE_NAME} here or in a folder above, got none and {found}; "
        "run `fazri init DIR` and work inside it"
    )


def load(home: Path) -> Settings:
    """Read and check the settings of one campus folder.

    Raises:
        SettingsError: an unknown key (the nearest known name is given), a wrong type, a value out of range or a secret.
    """
    path = home / FILE_NAME
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be read: {error.strerror}; run `fazri init DIR`") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} is not valid TOML: {error}; mend that line") from error
    _refuse_secrets(values)
    _refuse_unknown_variables(os.environ)
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_first_fault(error)) from error


def describe() -> Iterator[tuple[str, str, str, str]]:
    """Yield every setting as (key, variable, default, meaning), nested keys as `section.key`."""
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, _Section):
            for inner, inner_field in type(field.default).model_fields.items():
                yield (
                    f"{name}.{inner}",
                    f"{PREFIX}{name}__{inner}".upper(),
                    repr(inner_field.default),
                    inner_field.description or "",
                )
        else:
            yield name, f"{PREFIX}{name}".upper(), repr(field.default), field.description or ""


def in_force(settings: Settings) -> dict[str, Any]:
    """Return every setting and its value, nested keys as `section.key`, secrets masked."""
    values: dict[str, Any] = {}
    for name, value in settings.model_dump(mode="json").items():
        values |= (
            {f"{name}.{inner}": item for inner, item in value.items()} if isinstance(value, dict) else {name: value}
        )
    return values


def shipped(*parts: str) -> Path:
    """Return a file or folder that ships with Fazri: inside the installed package, else in the source tree."""
    package = Path(__file__).parent
    inside = package / "shipped"
    return (inside if inside.is_dir() else package.parent).joinpath(*parts)


def _refuse_secrets(values: Mapping[str, Any]) -> None:
    """Files are copied, backed up and mailed: a secret stands in the environment only."""
    for name, field in Settings.model_fields.items():
        if name in values and SecretStr in (field.annotation, *get_args(field.annotation)):
            raise SettingsError(
                f"secret {name} stands in {FILE_NAME}; expected it in the environment only; "
                f"remove that line and set {PREFIX}{name.upper()}"
            )


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {variable for _, variable, _, _ in describe()} | set(PROCESS_VARIABLES)
    for name in environment:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(
                f"unknown variable {name}{nearest(name.upper(), known)}; `fazri doctor` lists what can be set"
            )


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = nearest(key, [name for name, *_ in describe()])
        return f"unknown setting {key} in {FILE_NAME}{known}; docs/configuration.md lists every setting"
    variable = f"{PREFIX}{key.replace('.', '__').upper()}"
    return f"setting {key}: {fault['msg'].removeprefix('Value error, ')}; mend it in {FILE_NAME} or {variable}"
