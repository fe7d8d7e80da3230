"""The daily e-mail: who gets it, what it says and does not say, and what a failure leaves."""

import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.utils import timezone

from articles.actions.digests import send_digests, take
from articles.actions.notifications import notify_assigned, notify_recheck
from articles.models import Article, Claim, Membership, Notification, User
from articles.tasks import NOTIFICATIONS_KEPT, drop_old_notifications, send_morning_digests
from tests.factories import make_article, make_claim

WORDS = ("two metres", "12,000 people", "such water")
BODY = """Hello rosa,

you have not read yet:

World
  A claim of yours needs a recheck: 1
  Assigned to you: 2

Read them: https://facts.example.org/notifications/

You get this e-mail in the morning when there is something new for you. To stop it, change the
setting at the foot of that page: https://facts.example.org/notifications/#digest
"""


class RefusingBackend(EmailBackend):
    """A mail server that refuses one person."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if "rosa@example.org" in message.to:
                raise smtplib.SMTPRecipientsRefused({"rosa@example.org": (550, b"unknown")})
        return super().send_messages(messages)


class LostBackend(EmailBackend):
    """A mail server that cannot be reached."""

    def open(self) -> bool:
        raise ConnectionRefusedError("Connection refused")


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings: Any) -> None:
    settings.SITE_URL = "https://facts.example.org"
    settings.DIGESTS = True


@pytest.fixture
def claims(article: Article, editor: User) -> list[Claim]:
    return [make_claim(article, words, editor) for words in WORDS]


@pytest.fixture
def told(claims: list[Claim], reviewer: User, editor: User) -> User:
    """A person with two claims assigned and one to recheck, who wishes the digest."""
    User.objects.filter(pk=reviewer.pk).update(digest=True)
    for claim in claims:
        claim.assignee = reviewer
        claim.save(update_fields=("assignee",))
    notify_assigned(claims[:2], by=editor)
    notify_recheck([claims[2]], by=editor)
    return reviewer


def unmailed() -> int:
    return Notification.objects.filter(mailed_at=None).count()


def a_day_passes() -> None:
    day = timedelta(days=1)
    Notification.objects.update(created_at=F("created_at") - day, mailed_at=F("mailed_at") - day)


def test_it_says_kinds_numbers_desks_and_where_to_read(told):
    send_digests()

    [message] = mail.outbox
    assert (message.subject, message.to) == (
        "Factcheck: 3 new notifications",
        ["rosa@example.org"],
    )
    assert message.body == BODY
    sent = message.message()
    assert sent.get_content_type() == "text/plain"
    assert sent["List-Unsubscribe"] == "<https://facts.example.org/notifications/#digest>"
    assert sent["Auto-Submitted"] == "auto-generated"


def test_nothing_of_the_work_leaves_the_newsroom(told, article, editor):
    send_digests()

    text = mail.outbox[0].message().as_string()
    for secret in (article.title, *WORDS, editor.username, str(article.pk), "claim 1"):
        assert secret not in text


def test_a_desk_is_named_as_it_is(told, desk):
    desk.name = "War & peace"
    desk.save()

    send_digests()

    assert "War & peace\n" in mail.outbox[0].body


def test_what_was_told_is_not_told_again(told):
    send_digests()
    send_digests()

    assert len(mail.outbox) == 1
    assert unmailed() == 0


def test_at_most_one_a_day_and_the_next_counts_what_is_older(told, claims, second_reviewer):
    send_digests()
    notify_recheck([claims[0]], by=second_reviewer)
    send_digests()
    assert len(mail.outbox) == 1

    a_day_passes()
    send_digests()

    assert mail.outbox[1].subject == "Factcheck: 1 new notification"
    assert "Of earlier days there are 3 more." in mail.outbox[1].body


def test_what_is_told_again_unread_waits_for_the_mail_of_the_next_day(told, claims, editor):
    Notification.objects.exclude(claim=claims[2]).delete()
    send_digests()
    notify_recheck([claims[2]], by=editor)
    send_digests()
    assert len(mail.outbox) == 1

    a_day_passes()
    send_digests()

    assert mail.outbox[1].subject == "Factcheck: 1 new notification"


@pytest.mark.parametrize(
    "change",
    [{"digest": False}, {"is_active": False}, {"email": ""}],
    ids=["does not wish it", "has no account any more", "has no address"],
)
def test_those_who_get_none(told, change):
    User.objects.filter(pk=told.pk).update(**change)

    send_digests()

    assert mail.outbox == []
    assert unmailed() == 3


def test_what_was_read_needs_no_mail(told):
    Notification.objects.update(read_at=timezone.now())

    send_digests()

    assert mail.outbox == []


def test_none_of_a_desk_that_was_left(told, other_desk, editor):
    elsewhere = make_claim(make_article(other_desk, editor, title="Cup"), "two metres", editor)
    Claim.objects.filter(pk=elsewhere.pk).update(assignee=told)
    elsewhere.refresh_from_db()
    notify_assigned([elsewhere], by=editor)
    send_digests()
    assert "Sports" not in mail.outbox[0].body

    Notification.objects.update(mailed_at=None)
    Membership.objects.filter(user=told).delete()
    send_digests()

    assert len(mail.outbox) == 1


def test_without_a_mail_server_nothing_is_sent_or_marked(told, settings):
    settings.DIGESTS = False

    send_digests()

    assert (mail.outbox, unmailed()) == ([], 3)


def test_who_is_refused_is_tried_again_and_holds_up_nobody(
    told, claims, second_reviewer, editor, settings, caplog
):
    User.objects.filter(pk=second_reviewer.pk).update(digest=True)
    Claim.objects.filter(pk=claims[0].pk).update(assignee=second_reviewer)
    claims[0].refresh_from_db()
    notify_recheck([claims[0]], by=editor)
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"

    send_digests()

    assert [message.to for message in mail.outbox] == [["samir@example.org"]]
    assert unmailed() == 3
    assert caplog.messages == [f"No digest to account {told.pk}: SMTPRecipientsRefused."]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_digests()
    assert mail.outbox[1].to == ["rosa@example.org"]


def test_a_mail_server_that_is_lost_loses_nothing(told, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.LostBackend"

    send_digests()

    assert unmailed() == 3
    assert "the mail server cannot be reached (Connection refused)" in caplog.text


def test_a_worker_killed_while_it_sends_repeats_nothing_and_the_count_stays(told, claims, editor):
    take(told)  # And then it is killed.

    send_digests()
    assert mail.outbox == []

    a_day_passes()
    notify_recheck([claims[0]], by=editor)
    send_digests()
    assert "Of earlier days there are 3 more." in mail.outbox[0].body


MORNINGS = {
    "before the morning": ("Europe/Berlin", 5, False),
    "Berlin in winter": ("Europe/Berlin", 6, True),
    "the same hour in London": ("Europe/London", 6, False),
    "a later try": ("Europe/Berlin", 8, True),
    "after the morning": ("Europe/Berlin", 9, False),
}


@pytest.mark.parametrize(("zone", "hour", "sends"), MORNINGS.values(), ids=MORNINGS)
def test_it_is_sent_in_the_morning_of_the_site(told, settings, zone, hour, sends):
    settings.TIME_ZONE = zone

    send_morning_digests(timestamp=int(datetime(2026, 1, 15, hour, tzinfo=UTC).timestamp()))

    assert bool(mail.outbox) is sends


def test_read_notifications_are_dropped_after_a_season(told):
    old = timezone.now() - NOTIFICATIONS_KEPT - timedelta(hours=1)
    first, second, third = Notification.objects.order_by("pk")
    Notification.objects.filter(pk=first.pk).update(read_at=old)
    Notification.objects.filter(pk=second.pk).update(read_at=timezone.now())
    Notification.objects.filter(pk=third.pk).update(created_at=old)

    drop_old_notifications(timestamp=0)

    assert set(Notification.objects.all()) == {second, third}
