"""What is written down of a request or an error, outside the database."""

import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from gunicorn.config import Config
from gunicorn.glogging import Logger as GunicornLogger

from articles.models import Source, User
from factcheck import gunicorn_config
from factcheck.logs import Discreet
from tests.factories import make_source

NAME = "Pavel Petrov"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the site's own handler writes."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Discreet(settings.LOGGING["formatters"]["line"]["format"], style="{"))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def test_an_error_of_the_database_is_logged_without_the_row(
    reviewer: User, lines: StringIO
) -> None:
    make_source(NAME, reviewer, protected=True)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make_source(NAME, reviewer, protected=True)
    assert "petrov" in str(error.value).lower(), "PostgreSQL tells the name"
    logging.getLogger("django.request").error("Failed: %s", error.value, exc_info=error.value)
    assert "petrov" not in lines.getvalue().lower()
    assert "one_protected_source_per_name_and_kind" in lines.getvalue()
    assert "Traceback" in lines.getvalue()


def test_a_row_that_breaks_a_rule_is_not_logged(reviewer: User, lines: StringIO) -> None:
    source = make_source(NAME, reviewer, protected=True)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Source.objects.filter(pk=source.pk).update(name="", homepage=f"https://{NAME}.example")
    logging.getLogger("django.request").error("Failed: %s", error.value, exc_info=error.value)
    assert "Petrov" not in lines.getvalue()
    assert "source_has_name" in lines.getvalue()


def test_every_handler_of_the_site_writes_discreetly_and_none_sends_mail() -> None:
    assert settings.LOGGING["formatters"]["line"]["()"] == "factcheck.logs.Discreet"
    assert {h["formatter"] for h in settings.LOGGING["handlers"].values()} == {"line"}
    assert settings.LOGGING["loggers"]["django"] == {"handlers": [], "propagate": True}


def test_the_access_log_has_no_query_string() -> None:
    """Names are typed in searches, which stand in the address."""
    config = Config()
    config.set("access_log_format", gunicorn_config.access_log_format)
    atoms = {"U": "/sources/", "q": "q=Petrov", "r": "GET /sources/?q=Petrov HTTP/1.1"}
    atoms |= {"h": "::1", "t": "now", "m": "GET", "H": "HTTP/1.1", "s": 200, "B": 7, "L": 0.1}
    atoms |= {"f": "/sources/?q=Petrov", "a": "Browser"}
    line = config.access_log_format % GunicornLogger.atoms_wrapper_class(atoms)
    assert "/sources/" in line
    assert "Petrov" not in line
