"""The daily e-mail of what a person has not read.

Mail leaves the newsroom: it names desks, kinds and numbers, and nothing of the work itself.
"""

import logging
from collections import Counter

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from articles.models import Notification, User
from articles.permissions import notifications_of

logger = logging.getLogger(__name__)

UNMAILED = Q(read_at=None) & (Q(mailed_at=None) | Q(mailed_at__lt=F("created_at")))
"""Unread and in no digest, or told again since."""


def send_digests() -> None:
    """Send to all who wish it what is unread and in no digest yet, at most one mail a day each.

    Where mail is not set up, nothing happens.
    """
    people = list(waiting()) if settings.DIGESTS else []
    if not people:
        return
    try:
        with get_connection() as connection:
            for person in people:
                send_digest(person, connection)
    except OSError as error:
        logger.warning("No digest is sent: the mail server cannot be reached (%s).", error)


def waiting() -> QuerySet[User]:
    """Who is to be sent a digest today."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    told = Notification.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        Exists(told.filter(UNMAILED)),
        ~Exists(told.filter(mailed_at__gte=midnight)),
        digest=True,
        is_active=True,
    ).exclude(email="")


def send_digest(person: User, connection: BaseEmailBackend) -> None:
    """Mark what the mail tells of, then send it: a crash in between loses this one mail, and the
    next still counts what is unread. What the server refuses is unmarked, for another try.
    """
    taken = take(person)
    if not taken:
        return
    try:
        message(person, taken, connection).send()
    except OSError as error:
        Notification.objects.filter(pk__in=[n.pk for n in taken]).update(mailed_at=None)
        # The error itself may name the address.
        logger.warning("No digest to account %s: %s.", person.pk, type(error).__name__)


@transaction.atomic
def take(person: User) -> list[Notification]:
    """What is unread and unmailed, now marked as mailed. Another worker's is left to it."""
    unmailed = notifications_of(person).filter(UNMAILED)
    rows = unmailed.select_related("claim__desk").select_for_update(skip_locked=True, of=("self",))
    taken = list(rows)
    Notification.objects.filter(pk__in=[n.pk for n in taken]).update(mailed_at=Now())
    return taken


def message(person: User, taken: list[Notification], connection: BaseEmailBackend) -> EmailMessage:
    page = settings.SITE_URL + reverse("notifications")
    unread = notifications_of(person).filter(read_at=None).count()
    counts = Counter((n.claim.desk.name, n.get_kind_display()) for n in taken)
    context = {
        "person": person,
        "counts": [(desk, kind, number) for (desk, kind), number in sorted(counts.items())],
        "older": max(unread - len(taken), 0),
        "page": page,
    }
    number = len(taken)
    return EmailMessage(
        subject=f"Factcheck: {number} new notification{'' if number == 1 else 's'}",
        body=render_to_string("articles/digest.txt", context),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{page}#digest>"},
        connection=connection,
    )
