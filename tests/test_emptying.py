"""Tests that commit leave empty tables behind, whatever else goes on in the database."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.models import Desk
from articles.tasks import check_verdict_log


@pytest.mark.django_db(transaction=True)
def test_a_request_that_nobody_waits_for_does_not_keep_the_tables_full(desk):
    reading, emptied = threading.Event(), threading.Event()

    def request() -> None:
        try:
            with transaction.atomic():
                Desk.objects.get()
                reading.set()
                emptied.wait(10)
                Desk.objects.exists()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(request)
        assert reading.wait(10)
        call_command("flush", verbosity=0, interactive=False)
        emptied.set()
        with pytest.raises(OperationalError):
            answer.result()

    assert not Desk.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tasks_are_emptied_as_well():
    check_verdict_log.defer(timestamp=0)
    assert ProcrastinateJob.objects.exists()

    call_command("flush", verbosity=0, interactive=False)

    assert not ProcrastinateJob.objects.exists()
