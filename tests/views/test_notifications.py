"""The list of notifications, the bell's count, and the wish for a daily e-mail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.actions.moves import move_claim
from articles.actions.notifications import notify_assigned, notify_recheck
from articles.actions.verdicts import adjudicate
from articles.models import Article, Claim, Dispute, Membership, Notification, User
from tests.factories import make_article, make_claim, make_verdict
from tests.views.reading import links, parsed, words

LIST = "/notifications/"
UNREAD = "/notifications/unread/"
LIST_QUERIES = 5
UNREAD_QUERIES = 4  # Session, person, their desks, and one that counts.
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def claims(article: Article, editor: User) -> list[Claim]:
    return [
        make_claim(article, spoken, editor)
        for spoken in ("two metres", "one night", "12,000 people")
    ]


def tell(claims: list[Claim], person: User, by: User) -> list[Notification]:
    """One after the other, a minute between them."""
    for claim in claims:
        Notification.objects.update(created_at=F("created_at") - timedelta(minutes=1))
        Claim.objects.filter(pk=claim.pk).update(assignee=person)
        claim.refresh_from_db()
        notify_assigned([claim], by=by)
    return list(Notification.objects.filter(user=person))


def items(response) -> list[str]:
    return [words(item) for item in parsed(response).xpath("//ul[@class='notifications']/li")]


def count(client) -> int:
    return client.get(UNREAD).json()["unread"]


def test_with_nothing_to_tell_it_says_what_it_tells_of(sign_in, reviewer):
    response = sign_in(reviewer).get(LIST)

    assert items(response) == []
    assert "when your verdict is disputed" in words(parsed(response).body)


def test_newest_first_with_who_and_when_and_what_is_unread(sign_in, reviewer, editor, claims):
    tell(claims[:2], reviewer, editor)
    first = Notification.objects.get(claim=claims[0])
    Notification.objects.filter(pk=first.pk).update(read_at=timezone.now())
    moment = timezone.localtime(first.created_at)

    second_item, first_item = items(sign_in(reviewer).get(LIST))

    assert first_item == (
        "Assigned to you: claim 1 of High water two metres "
        f"edith, {moment.day} {moment:%b %Y, %H:%M}"
    )
    assert second_item.startswith("Unread Assigned to you: claim 2 of High water one night edith,")
    assert second_item.endswith("Mark as read")


@pytest.mark.parametrize("number", [1, 3])
def test_any_number_takes_the_same_queries(
    sign_in, reviewer, editor, claims, number, django_assert_num_queries
):
    tell(claims[:number], reviewer, editor)
    client = sign_in(reviewer)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(items(client.get(LIST))) == number
    with django_assert_num_queries(UNREAD_QUERIES):
        assert count(client) == number


def test_an_index_answers_the_count(sign_in, reviewer, editor, claims):
    Notification.objects.bulk_create(
        Notification(user=reviewer, claim=claims[0], kind="recheck", read_at=timezone.now())
        for _ in range(1000)
    )
    tell(claims, reviewer, editor)
    client = sign_in(reviewer)
    with CaptureQueriesContext(connection) as queries:
        client.get(UNREAD)
    [counting] = [query["sql"] for query in queries if "COUNT(*)" in query["sql"]]

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_notification")
        cursor.execute(f"EXPLAIN {counting}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "notification_unread" in plan


def test_fifty_to_a_page_and_no_row_twice(sign_in, reviewer, editor, claims):
    Notification.objects.bulk_create(
        Notification(user=reviewer, claim=claims[0], kind="recheck", actor=editor)
        for _ in range(53)
    )
    client = sign_in(reviewer)
    first = client.get(LIST)
    [onwards] = links(first, "Next")
    second = client.get(LIST + onwards)

    assert (len(items(first)), len(items(second))) == (50, 3)
    on_first, on_second = (
        {a.get("href") for a in parsed(response).xpath("//li//a[@id]")}
        for response in (first, second)
    )
    assert on_first.isdisjoint(on_second)


def test_a_place_that_makes_no_sense_is_refused(sign_in, reviewer):
    response = sign_in(reviewer).get(LIST, {"at": "x"})

    assert response.status_code == 400
    assert links(response, "First page") == [LIST]


def test_going_to_the_claim_reads_it(sign_in, reviewer, editor, claims):
    tell(claims[:1], reviewer, editor)
    client = sign_in(reviewer)
    [link] = links(client.get(LIST), "Assigned to you: claim 1 of High water")

    response = client.get(link)

    assert (response.status_code, response["Location"]) == (302, claims[0].get_absolute_url())
    assert count(client) == 0


WAYS = {
    "its page": ("get", "/articles/{claim.article_id}/?claim={claim.number}", {}),
    "its panel": ("get", "/claims/{claim.pk}/", {"HX-Request": "true"}),
    "its panel by number": (
        "get",
        "/articles/{claim.article_id}/?claim={claim.number}",
        {"HX-Request": "true"},
    ),
    "the queue": ("post", "/queue/next/", {}),
}


@pytest.mark.parametrize(("method", "path", "headers"), WAYS.values(), ids=WAYS)
def test_whoever_opens_the_claim_in_another_way_has_read_it(
    sign_in, reviewer, editor, claims, method, path, headers
):
    tell(claims[:2], reviewer, editor)
    claim = claims[0]
    client = sign_in(reviewer)
    answer = getattr(client, method)(path.format(claim=claim), headers=headers)
    assert list(Notification.objects.filter(read_at=None).values_list("claim", flat=True)) == [
        claims[1].pk
    ]
    if headers:
        assert "notifications-read" in answer.headers["HX-Trigger"]


def test_a_page_fetched_ahead_is_not_read_yet(sign_in, reviewer, editor, claims):
    tell(claims[:1], reviewer, editor)
    ahead = {"Sec-Purpose": "prefetch"}
    sign_in(reviewer).get(claims[0].get_absolute_url(), headers=ahead)
    assert Notification.objects.get().read_at is None


def test_one_is_read_by_its_button(sign_in, reviewer, editor, claims):
    newer, older = tell(claims[:2], reviewer, editor)
    client = sign_in(reviewer)

    response = client.post(f"{LIST}{older.pk}/read/")
    assert (response.status_code, response["Location"]) == (303, LIST)
    assert count(client) == 1

    fragment = client.post(f"{LIST}{newer.pk}/read/", headers=FRAGMENT)
    assert fragment["HX-Trigger"] == '{"notifications-read": {}}'
    assert [item.startswith("Unread") for item in items(fragment)] == [False, False]
    [focused] = parsed(fragment).xpath("//*[@autofocus]")
    assert focused.get("id") == f"notification-{newer.pk}"


def test_all_are_read_but_what_came_since_the_page_was_made(sign_in, reviewer, editor, claims):
    tell(claims[:2], reviewer, editor)
    client = sign_in(reviewer)
    [until] = parsed(client.get(LIST)).xpath("//input[@name='until']/@value")
    late = tell(claims[2:], reviewer, editor)[0]
    Notification.objects.filter(pk=late.pk).update(created_at=timezone.now() + timedelta(seconds=1))

    fragment = client.post(f"{LIST}read/", {"until": until}, headers=FRAGMENT)

    assert [item.startswith("Unread") for item in items(fragment)] == [True, False, False]
    assert count(client) == 1


@pytest.mark.parametrize("until", ["x", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_until_no_moment_nothing_is_read(sign_in, reviewer, editor, claims, until):
    tell(claims[:1], reviewer, editor)
    client = sign_in(reviewer)
    assert client.post(f"{LIST}read/", {"until": until}).status_code == 400
    assert count(client) == 1


def test_all_are_read_until_a_moment_told_in_any_zone(sign_in, reviewer, editor, claims):
    tell(claims[:1], reviewer, editor)
    client = sign_in(reviewer)
    until = timezone.now().astimezone(timezone.get_fixed_timezone(1439))
    assert client.post(f"{LIST}read/", {"until": until.isoformat()}).status_code == 303
    assert count(client) == 0


def test_reading_all_leaves_what_others_are_told(
    sign_in, reviewer, second_reviewer, editor, claims
):
    tell(claims[:1], reviewer, editor)
    tell(claims[1:2], second_reviewer, editor)

    response = sign_in(reviewer).post(f"{LIST}read/")

    assert response.status_code == 303
    assert count(sign_in(second_reviewer)) == 1


def told_of_each_kind(claims: list[Claim], person: User, by: User) -> None:
    tell(claims[:2], person, by)
    notify_recheck(claims[2:], by=by)
    Claim.objects.filter(pk=claims[2].pk).update(assignee=person)
    notify_recheck(list(Claim.objects.filter(pk=claims[2].pk)), by=by)


def tabs(response) -> list[str]:
    return [words(a) for a in parsed(response).xpath("//nav[@class='tabs']/a")]


def test_each_kind_has_a_list_of_its_own_with_how_many_are_unread(
    sign_in, reviewer, editor, claims
):
    told_of_each_kind(claims, reviewer, editor)
    client = sign_in(reviewer)
    response = client.get(LIST)
    assert tabs(response) == [
        "All 3 unread",
        "Assigned 2 unread",
        "Disputed",
        "To recheck 1 unread",
    ]

    [assigned] = links(response, "Assigned 2 unread")
    assert ["Assigned to you" in item for item in items(client.get(assigned))] == [True, True]
    [item] = items(client.get(LIST, {"kind": "recheck"}))
    assert "A claim of yours needs a recheck: claim 3" in item
    disputed = client.get(LIST, {"kind": "disputed"})
    assert items(disputed) == []
    assert "You were told nothing of this kind." in words(parsed(disputed).body)


def test_all_of_a_kind_are_read_and_the_others_stay(sign_in, reviewer, editor, claims):
    told_of_each_kind(claims, reviewer, editor)
    client = sign_in(reviewer)
    page = parsed(client.get(LIST, {"kind": "assigned"}))
    [form] = page.xpath("//form[.//button[@id='read-all']]")
    assert "Mark all of these as read" in words(form)
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}

    fragment = client.post(form.get("hx-post"), fields, headers=FRAGMENT)

    assert tabs(fragment) == ["All 1 unread", "Assigned", "Disputed", "To recheck 1 unread"]
    assert "None of these is unread." in words(parsed(fragment))
    [item] = items(client.get(LIST, {"kind": "recheck"}))
    assert item.startswith("Unread")


def test_a_kind_is_kept_from_page_to_page_and_when_one_is_read(sign_in, reviewer, editor, claims):
    Notification.objects.bulk_create(
        Notification(user=reviewer, claim=claims[0], kind=kind, actor=editor)
        for kind in ("recheck", "assigned")
        for _ in range(53)
    )
    client = sign_in(reviewer)
    [onwards] = links(client.get(LIST, {"kind": "assigned"}), "Next")
    second = client.get(LIST + onwards)
    assert len(items(second)) == 3
    assert all("Assigned to you" in item for item in items(second))

    one = parsed(second).xpath("//form[contains(@action, '/read/?')]/@action")[-1]
    response = client.post(one)
    assert response.status_code == 303
    assert [item.startswith("Unread") for item in items(client.get(response["Location"]))] == [
        *(True, True, False)
    ]


def test_a_kind_that_is_none_is_refused_and_marks_nothing(sign_in, reviewer, editor, claims):
    told_of_each_kind(claims, reviewer, editor)
    client = sign_in(reviewer)
    response = client.get(LIST, {"kind": "news"})
    assert response.status_code == 400
    assert "“news” is not a kind of notification." in words(parsed(response).body)
    assert client.post(f"{LIST}read/", {"kind": "news"}).status_code == 400
    assert count(client) == 3


def test_another_s_is_not_there(sign_in, reviewer, second_reviewer, editor, admin, claims):
    [told] = tell(claims[:1], reviewer, editor)
    for person in (second_reviewer, editor, admin):
        client = sign_in(person)
        assert client.get(f"{LIST}{told.pk}/").status_code == 404
        assert client.post(f"{LIST}{told.pk}/read/").status_code == 404
        assert items(client.get(LIST)) == []
    assert count(sign_in(reviewer)) == 1


def test_of_a_desk_that_was_left_nothing_is_told(sign_in, reviewer, editor, claims):
    [told] = tell(claims[:1], reviewer, editor)
    Membership.objects.filter(user=reviewer).delete()
    client = sign_in(reviewer)

    assert items(client.get(LIST)) == []
    assert count(client) == 0
    assert client.get(f"{LIST}{told.pk}/").status_code == 404


def test_an_admin_of_all_desks_reads_theirs(sign_in, admin, reviewer, other_desk):
    claim = make_claim(make_article(other_desk, reviewer, title="Cup"), "two metres", reviewer)
    tell([claim], admin, reviewer)

    assert len(items(sign_in(admin).get(LIST))) == 1


def test_a_dispute_tells_neither_verdict(sign_in, reviewer, second_reviewer, claims):
    make_verdict(claims[0], reviewer, "mostly_true", rationale="Hm, so.", second_review=True)
    make_verdict(claims[0], second_reviewer, "half_true", rationale="Not quite.")

    for person in (reviewer, second_reviewer):
        [item] = items(sign_in(person).get(LIST))
        assert "Your verdict is disputed: claim 1" in item
        for trace in ("rosa", "samir", "ostly true", "alf true", "Hm, so", "Not quite"):
            assert trace not in item


def test_a_dispute_tells_how_it_ended_once_it_has(
    sign_in, reviewer, second_reviewer, editor, claims
):
    for claim in claims:
        make_verdict(claim, reviewer, "true", second_review=True)
        make_verdict(claim, second_reviewer, "false")
        claim.refresh_from_db()
    decided, returned, _ = claims
    judgement = {"rating": "false", "attribution_accuracy": "accurate", "no_evidence": "None."}
    adjudicate(claim=decided, seen=decided.version, by=editor, rationale="So.", **judgement)
    move_claim(claim=returned, seen=returned.version, name="return", by=editor, note="Look again.")

    listed = {item.split("of High water")[0]: item for item in items(sign_in(reviewer).get(LIST))}

    disputed = "Unread Your verdict is disputed: claim {} "
    assert "Decided since." in listed[disputed.format(1)]
    assert "Taken up anew since, without a decision." in listed[disputed.format(2)]
    assert "since" not in listed[disputed.format(3)]


def test_a_dispute_that_ended_says_nothing_of_a_later_one(
    sign_in, reviewer, second_reviewer, editor, claims
):
    claim = claims[0]
    for _ in range(2):
        make_verdict(claim, reviewer, "true", second_review=True)
        make_verdict(claim, second_reviewer, "false")
        Notification.objects.update(read_at=timezone.now())
        claim.refresh_from_db()
        if not Dispute.objects.filter(settled_at__isnull=False).exists():
            move_claim(claim=claim, seen=claim.version, name="return", by=editor, note="Again.")

    later, earlier = items(sign_in(reviewer).get(LIST))

    assert "since" not in later
    assert "Taken up anew since" in earlier


def test_what_a_claim_says_is_text_and_no_markup(sign_in, reviewer, editor, desk):
    article = make_article(desk, editor, "He said <b>no</b> twice.", title="<i>No</i>")
    claim = make_claim(article, "<b>no</b>", editor)
    notify_recheck([claim], by=reviewer)
    tell([claim], reviewer, editor)

    [item] = items(sign_in(reviewer).get(LIST))

    assert "claim 1 of <i>No</i> <b>no</b>" in item


# The daily e-mail


def wish(client, **fields) -> bool:
    response = client.post(f"{LIST}digest/", fields)
    assert (response.status_code, response["Location"]) == (303, f"{LIST}#digest")
    return User.objects.get(username="rosa").digest


def test_the_digest_can_be_wished_for_and_not(sign_in, reviewer, settings):
    settings.DIGESTS = True
    client = sign_in(reviewer)
    page = words(parsed(client.get(LIST)).get_element_by_id("digest"))
    assert "It goes to rosa@example.org" in page

    assert wish(client, digest="on")
    assert wish(client) is False


def test_without_a_mail_server_no_digest_is_offered(sign_in, reviewer, settings):
    settings.DIGESTS = False

    assert not parsed(sign_in(reviewer).get(LIST)).xpath("//*[@id='digest']")


def test_without_an_address_it_says_who_can_enter_one(sign_in, reviewer, settings):
    settings.DIGESTS = True
    User.objects.filter(pk=reviewer.pk).update(email="")

    page = parsed(sign_in(reviewer).get(LIST)).get_element_by_id("digest")

    assert "Ask an admin" in words(page)
    assert not page.xpath(".//form")


# The bell


def test_every_page_has_the_bell(sign_in, reviewer, client):
    [bell] = parsed(sign_in(reviewer).get("/claims/")).xpath("//a[@id='bell']")
    assert (bell.get("href"), bell.get("data-unread")) == (LIST, UNREAD)
    assert words(bell) == "Notifications"
    assert not parsed(client.get("/accounts/login/")).xpath("//a[@id='bell']")
