import logging
from datetime import timedelta

from django.utils import timezone

from articles.models import Draft, Verdict
from articles.tasks import DRAFTS_KEPT, check_verdict_log, drop_old_drafts
from tests.factories import log_unguarded, make_claim, make_verdict


def test_only_drafts_long_untouched_are_dropped(reviewer, article):
    for form in ("edit-1", "edit-2"):
        Draft.objects.create(user=reviewer, article=article, form=form, fields={"note": "x"})
    old = timezone.now() - DRAFTS_KEPT - timedelta(hours=1)
    Draft.objects.filter(form="edit-1").update(updated_at=old)

    drop_old_drafts(timestamp=0)

    assert list(Draft.objects.values_list("form", flat=True)) == ["edit-2"]


def test_a_changed_verdict_is_reported_at_night(reviewer, article, caplog):
    make_verdict(make_claim(article, "The river rose", reviewer), reviewer)
    with caplog.at_level(logging.ERROR, "articles.tasks"):
        check_verdict_log(timestamp=0)
    assert caplog.messages == []

    with log_unguarded():
        Verdict.objects.update(rationale="Never said.")
    with caplog.at_level(logging.ERROR, "articles.tasks"):
        check_verdict_log(timestamp=0)

    assert caplog.messages == [
        f"Verdict log: desk {article.desk_id}, row 1: its content has been changed."
    ]
