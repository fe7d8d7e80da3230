from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test import Client, override_settings
from hypothesis import settings as hypothesis_settings

from articles.models import Article, Desk, Source, User
from tests.factories import cut_off_others, log_unguarded, make_article, make_person, make_source

# A busy machine is no failure: examples may take their time.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

# What the migrations make and no test changes: to make it anew takes longer than most tests.
MADE_BY_MIGRATIONS = (ContentType, Permission, Group, Group.permissions.through)
# Not managed by Django, which therefore leaves them full.
TABLES_OF_TASKS = {
    model._meta.db_table for model in apps.get_app_config("procrastinate").get_models()
}


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_verdict_log(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests that commit empty the tables afterwards; the verdict log rightly refuses TRUNCATE."""
    ops = type(connection.ops)
    sql_flush, flush = ops.sql_flush, ops.execute_sql_flush
    kept = {model._meta.db_table for model in MADE_BY_MIGRATIONS}
    made = None
    # Where no test needs a database, none was made for them.
    if connection.settings_dict["NAME"].startswith(TEST_DATABASE_PREFIX):
        with django_db_blocker.unblock():
            made = made_by_migrations()

    def sql_flush_of_the_rest(self: Any, style: Any, tables: list[str], **how: bool) -> list[str]:
        return sql_flush(self, style, sorted({*tables} - kept | TABLES_OF_TASKS), **how)

    def flush_unguarded(self: Any, sql_list: list[str]) -> None:
        cut_off_others()
        with log_unguarded():
            flush(self, sql_list)

    def flush_alone(self: Any, sql_list: list[str]) -> None:
        try:
            flush_unguarded(self, sql_list)
        except OperationalError:  # a request that came after all others were cut off
            flush_unguarded(self, sql_list)
        assert made_by_migrations() == made

    with (
        patch.object(ops, "sql_flush", sql_flush_of_the_rest),
        patch.object(ops, "execute_sql_flush", flush_alone),
        patch("django.core.management.commands.flush.emit_post_migrate_signal"),
    ):
        yield


def made_by_migrations() -> list[int]:
    return [model._default_manager.count() for model in MADE_BY_MIGRATIONS]


@pytest.fixture(autouse=True, scope="session")
def _let_go_of_the_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A request that a closed browser cut off may still hold a connection at the very end."""
    yield
    with django_db_blocker.unblock():
        # While a browser is open, Django gives this thread another connection, which has cut
        # this one off.
        connection.close()
        cut_off_others()


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a module: what is made in it once, each of them finds.

    What a test does to these rows is undone after it, so none of the module may commit.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_not_collected() -> Iterator[None]:
    """Serve the static files from where they lie, so that no test depends on collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}
    with override_settings(
        STORAGES=storages, WHITENOISE_AUTOREFRESH=True, WHITENOISE_USE_FINDERS=True
    ):
        yield


@pytest.fixture(autouse=True)
def _files_in_memory(settings: Any) -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"default": memory}


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk.objects.create(name="World", slug="world")


@pytest.fixture
def other_desk(db: None) -> Desk:
    return Desk.objects.create(name="Sports", slug="sports")


@pytest.fixture
def reviewer(desk: Desk) -> User:
    return make_person("rosa", desk=desk)


@pytest.fixture
def second_reviewer(desk: Desk) -> User:
    return make_person("samir", desk=desk)


@pytest.fixture
def editor(desk: Desk) -> User:
    return make_person("edith", desk=desk, role="editor")


@pytest.fixture
def admin(db: None) -> User:
    return make_person("ada", role="admin")


@pytest.fixture
def neighbour(other_desk: Desk) -> User:
    """A reviewer of another desk."""
    return make_person("nils", desk=other_desk)


@pytest.fixture
def outsider(db: None) -> User:
    """Signed in, but of no desk."""
    return make_person("otto")


@pytest.fixture
def article(desk: Desk, reviewer: User) -> Article:
    return make_article(desk, reviewer)


@pytest.fixture
def source(reviewer: User) -> Source:
    return make_source("Ministry of Water", reviewer, aliases=["MoW"])


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
