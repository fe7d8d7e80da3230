"""Says in one sentence why DATABASE_URL cannot be used."""

from typing import Any

import dj_database_url
import psycopg

OLDEST_VERSION = 15
DJANGO_OPTIONS = {"assume_role", "isolation_level", "pool", "server_side_binding"}
EXAMPLE = "postgresql://user:password@host:5432/name"


class DatabaseUnusableError(Exception):
    """The database of DATABASE_URL cannot be used; the message never shows the password."""


def check_database(url: str) -> None:
    """Connect once. Raises DatabaseUnusableError for a bad URL, a refusal or an old server."""
    config = _parse(url)
    place = _place(config)
    try:
        connection = psycopg.connect(**_connection_settings(config))
    except psycopg.Error as error:
        raise DatabaseUnusableError(
            f"Cannot connect to the database {place} of DATABASE_URL: {_reason(error)}."
        ) from None
    with connection:
        version = connection.info.server_version // 10000
        encoding = connection.info.parameter_status("server_encoding")
    if version < OLDEST_VERSION:
        raise DatabaseUnusableError(
            f"The database {place} of DATABASE_URL runs on PostgreSQL {version}:"
            f" Factcheck needs {OLDEST_VERSION} or later."
        )
    if encoding != "UTF8":
        raise DatabaseUnusableError(
            f"The database {place} of DATABASE_URL has the encoding {encoding}:"
            " make one with ENCODING 'UTF8'."
        )


def _parse(url: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        raise DatabaseUnusableError(
            f"DATABASE_URL cannot be read; it should look like {EXAMPLE}, with special characters"
            " in the password percent-encoded (/ as %2F)."
        ) from None
    if config["ENGINE"] != "django.db.backends.postgresql" or not config["NAME"]:
        raise DatabaseUnusableError(
            f"DATABASE_URL does not name a PostgreSQL database; it should look like {EXAMPLE}."
        )
    return config


def _connection_settings(config: dict[str, Any]) -> dict[str, Any]:
    options = {k: v for k, v in config.get("OPTIONS", {}).items() if k not in DJANGO_OPTIONS}
    parts = {
        "dbname": config["NAME"],
        "user": config["USER"],
        "password": config["PASSWORD"],
        "host": config["HOST"],
        "port": config["PORT"],
    }
    return {"connect_timeout": 10} | options | {k: v for k, v in parts.items() if v}


def _reason(error: psycopg.Error) -> str:
    """Return the end of libpq's first line, after 'connection to server at ... failed:'."""
    first_line = str(error).partition("\n")[0]
    return first_line.rpartition(" failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")


def _place(config: dict[str, Any]) -> str:
    host = config["HOST"] or config.get("OPTIONS", {}).get("host") or "this machine"
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f'"{config["NAME"]}" on {host}{port}'
