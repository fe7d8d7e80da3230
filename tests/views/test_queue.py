from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from articles.actions.assignment import assign_claims
from articles.actions.leases import take
from articles.models import Article, Claim, Desk, Lease, Presence, Skip, User
from tests.factories import make_article, make_claim, make_verdict
from tests.views.reading import parsed, rows, words

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
QUERIES = 10


@pytest.fixture
def claims(article: Article, editor: User) -> list[Claim]:
    return [make_claim(article, text, editor) for text in ("two metres", "12,000 people", "1954")]


def tabs(response: Any) -> list[str]:
    return [words(link) for link in parsed(response).xpath("//nav[@class='tabs']/a")]


def panel(client: Client, claim: Claim) -> str:
    return words(parsed(client.get(f"/claims/{claim.pk}/", headers=HTMX)))


class TestPage:
    def test_the_first_part_that_has_a_claim_is_shown_and_all_are_counted(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        make_verdict(claims[0], second_reviewer, second_review=True)
        Skip.objects.create(claim=claims[2], user=reviewer, reason="Not my language.")

        response = sign_in(reviewer).get("/queue/")

        assert tabs(response) == ["Mine 0", "Second review 1", "Unassigned 1", "Skipped 1"]
        assert rows(response) == ["two metres"]
        assert "Waits for a second reviewer" in response.text

    def test_a_row_says_who_assigned_it_how_urgent_it_is_and_that_it_is_overdue(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, editor: User
    ) -> None:
        late = timezone.localdate() - timedelta(days=1)
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor, due_on=late, priority=2)

        page = words(parsed(sign_in(reviewer).get("/queue/")).xpath("//tbody/tr")[0])

        for part in ("Assigned to you by edith", "Urgent", "overdue", "High water, claim 1"):
            assert part in page

    def test_what_is_due_today_is_not_overdue(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, editor: User
    ) -> None:
        today = timezone.localdate()
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor, due_on=today)
        assert "overdue" not in sign_in(reviewer).get("/queue/").text

    def test_a_second_review_tells_nothing_of_the_first(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        why = "Three witnesses deny it."
        make_verdict(claims[0], second_reviewer, "false", rationale=why, second_review=True)
        client = sign_in(reviewer)
        for url in ("/queue/", "/queue/?section=second", "/queue/ahead/"):
            text = client.get(url).text
            assert why not in text
            assert "rating-false" not in text

    def test_many_are_told_as_more_than(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("articles.actions.queue.MOST_COUNTED", 2)
        monkeypatch.setattr("articles.views.queue.MOST_COUNTED", 2)
        assert tabs(sign_in(reviewer).get("/queue/"))[2] == "Unassigned more than 2"

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_are_as_many_for_one_claim_as_for_three(
        self,
        sign_in: SignIn,
        claims: list[Claim],
        reviewer: User,
        number: int,
        django_assert_num_queries: Callable[[int], Any],
    ) -> None:
        Claim.objects.exclude(pk__in=[c.pk for c in claims[:number]]).update(status="withdrawn")
        client = sign_in(reviewer)
        with django_assert_num_queries(QUERIES):
            assert len(rows(client.get("/queue/?section=unassigned"))) == number


class TestNext:
    def test_it_is_taken_and_opened(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User
    ) -> None:
        response = sign_in(reviewer).post("/queue/next/")
        assert response.headers["Location"] == f"{claims[0].get_absolute_url()}#queue"
        assert Lease.objects.get().user == reviewer

    def test_looking_takes_nothing(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User
    ) -> None:
        client = sign_in(reviewer)
        assert client.get("/queue/next/").status_code == 405
        assert client.get("/queue/ahead/").json() == {"page": claims[0].get_absolute_url()}
        assert client.get("/queue/").status_code == 200
        assert not Lease.objects.exists()

    def test_of_the_same_article_it_comes_into_the_panel(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User
    ) -> None:
        client = sign_in(reviewer)
        response = client.post("/queue/next/", {"after": claims[0].pk}, headers=HTMX)
        assert f'data-claim="{claims[1].pk}"' in response.text
        ahead = client.get(f"/queue/ahead/?after={claims[0].pk}")
        assert ahead.json() == {"page": None}

    def test_of_another_article_its_page_is_opened(
        self, sign_in: SignIn, claims: list[Claim], desk: Desk, reviewer: User
    ) -> None:
        other = make_article(desk, reviewer, "The road is open.")
        urgent = make_claim(other, "The road", reviewer)
        Claim.objects.filter(pk=urgent.pk).update(priority=2)
        client = sign_in(reviewer)

        response = client.post("/queue/next/", {"after": claims[0].pk}, headers=HTMX)

        assert response.headers["HX-Redirect"] == f"{urgent.get_absolute_url()}#queue"

    def test_nothing_waits(self, sign_in: SignIn, reviewer: User) -> None:
        client = sign_in(reviewer)
        response = client.post("/queue/next/", follow=True)
        assert "Nothing else waits for you now." in response.text

    def test_another_desk_s_claim_is_nothing_to_go_on_from(
        self, sign_in: SignIn, claims: list[Claim], neighbour: User
    ) -> None:
        client = sign_in(neighbour)
        assert client.post("/queue/next/", {"after": claims[0].pk}).status_code == 404

    def test_a_page_fetched_ahead_may_be_kept_for_its_person_alone(
        self, sign_in: SignIn, article: Article, reviewer: User
    ) -> None:
        client = sign_in(reviewer)
        url = f"/articles/{article.pk}/"
        fetched = client.get(url, headers={"Sec-Purpose": "prefetch"})
        assert fetched.headers["Cache-Control"] == "private, max-age=300"
        assert "Cookie" in fetched.headers["Vary"]
        assert "Cache-Control" not in client.get(url).headers


class TestTurn:
    def test_it_is_told_who_is_at_it_and_it_can_be_taken_over(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        take(claims[0].pk, second_reviewer)
        client = sign_in(reviewer)
        assert "samir has had this claim since" in panel(client, claims[0])

        taken = client.post(f"/claims/{claims[0].pk}/take/", headers=HTMX)

        assert "Yours until" in taken.text
        assert Lease.objects.get().user == reviewer

    def test_work_takes_it_and_the_verdict_ends_it(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User
    ) -> None:
        client = sign_in(reviewer)
        edit = {"edit-version": claims[0].version, "edit-note": "Ask the office."}
        client.post(f"/claims/{claims[0].pk}/edit/", edit, headers=HTMX)
        assert Lease.objects.get().user == reviewer

        claims[0].refresh_from_db()
        verdict = {
            "verdict-version": claims[0].version,
            "verdict-rating": "true",
            "verdict-attribution_accuracy": "accurate",
            "verdict-rationale": "The office confirms it.",
            "verdict-no_evidence": "It was said by telephone.",
        }
        done = client.post(f"/claims/{claims[0].pk}/verdicts/", verdict, headers=HTMX)
        assert done.status_code == 200
        assert not Lease.objects.exists()

    def test_typing_is_work(self, sign_in: SignIn, claims: list[Claim], reviewer: User) -> None:
        url = f"/articles/{claims[0].article_id}/drafts/"
        fields = {"form": "verdict-1", "fields_json": '{"rationale": "The off"}'}
        sign_in(reviewer).post(url, fields)
        assert Lease.objects.get().claim == claims[0]

    def test_assigning_is_no_work_and_does_not_keep_it_from_the_assignee(
        self, sign_in: SignIn, claims: list[Claim], editor: User
    ) -> None:
        assigned = {"assign-version": claims[0].version, "assign-assignee": editor.username}
        sign_in(editor).post(f"/claims/{claims[0].pk}/assign/", assigned, headers=HTMX)
        assert not Lease.objects.exists()

    def test_working_beside_somebody_leaves_their_turn(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, second_reviewer: User
    ) -> None:
        take(claims[0].pk, second_reviewer)
        edit = {"edit-version": claims[0].version, "edit-note": "Ask the office."}
        answer = sign_in(reviewer).post(f"/claims/{claims[0].pk}/edit/", edit, headers=HTMX)
        assert answer.status_code == 200
        assert Lease.objects.get().user == second_reviewer


class TestPassing:
    def test_a_skip_needs_a_reason_and_is_undone(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User
    ) -> None:
        client = sign_in(reviewer)
        url = f"/claims/{claims[0].pk}/skip/"
        refused = client.post(url, {"skip-version": 1, "skip-reason": " "}, headers=HTMX)
        assert refused.status_code == 422
        assert "Say why" in refused.text

        done = client.post(url, {"skip-version": 1, "skip-reason": "Too long."}, headers=HTMX)
        assert "Skipped claim 1." in done.text
        assert "Left out of your queue: Too long." in panel(client, claims[0])

        client.post(f"/claims/{claims[0].pk}/bring-back/", {"version": 1}, headers=HTMX)
        assert not Skip.objects.exists()

    def test_handing_back_is_undone_and_done_again(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, editor: User
    ) -> None:
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor)
        claims[0].refresh_from_db()
        client = sign_in(reviewer)
        move = {"move": "start", "version": claims[0].version}
        client.post(f"/claims/{claims[0].pk}/move/", move)
        claims[0].refresh_from_db()

        url = f"/claims/{claims[0].pk}/hand-back/"
        fields = {"back-version": claims[0].version, "back-reason": "No time."}
        for outcome in (("open", None, None), ("in_review", reviewer, editor)) * 2:
            done = client.post(url, fields, headers=HTMX)
            form = parsed(done).xpath("//form[@class='undo']")[0]
            url = form.get("action")
            fields = {item.get("name"): item.get("value") for item in form.xpath(".//input")}
            claims[0].refresh_from_db()
            assert (claims[0].status, claims[0].assignee, claims[0].assigned_by) == outcome
            assert Skip.objects.exists() == (claims[0].status == "open")

    def test_what_others_did_since_stays(
        self,
        sign_in: SignIn,
        claims: list[Claim],
        reviewer: User,
        second_reviewer: User,
        editor: User,
    ) -> None:
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor)
        claims[0].refresh_from_db()
        client = sign_in(reviewer)
        fields = {"back-version": claims[0].version, "back-reason": "No time."}
        told = parsed(client.post(f"/claims/{claims[0].pk}/hand-back/", fields, headers=HTMX))
        done = told.xpath("//form[@class='undo']//input[@name='done']/@value")[0]
        assign_claims(claims=claims[:1], assignee=second_reviewer, by=editor)
        claims[0].refresh_from_db()

        undo = {"version": claims[0].version, "done": done}
        answer = client.post(f"/claims/{claims[0].pk}/take-back/", undo, headers=HTMX)

        assert answer.status_code == 422
        assert "It was changed since." in answer.text
        claims[0].refresh_from_db()
        assert claims[0].assignee == second_reviewer

    def test_a_colleague_s_claim_is_handed_back_by_editors_alone(
        self,
        sign_in: SignIn,
        claims: list[Claim],
        reviewer: User,
        second_reviewer: User,
        editor: User,
    ) -> None:
        claim, *_ = claims
        Claim.objects.filter(pk=claim.pk).update(status="in_review", assignee=second_reviewer)
        mine, url = sign_in(reviewer), f"/claims/{claim.pk}/move/"
        move = {"move": "hand_back", "version": claim.version}
        why = "it is a colleague’s, and taking it from them needs an editor’s role at this desk."
        assert f"Hand back: {why}" in panel(mine, claim)

        answer = mine.post(url, move, headers=HTMX)
        assert answer.status_code == 422
        assert f"“Hand back” is not possible: {why}" in answer.text
        claim.refresh_from_db()
        assert claim.assignee == second_reviewer

        assert "Hand back: " not in panel(sign_in(editor), claim)
        assert sign_in(editor).post(url, move, headers=HTMX).status_code == 200
        claim.refresh_from_db()
        assert (claim.status, claim.assignee) == ("open", None)

    def test_handing_back_against_a_version_that_has_passed_is_refused(
        self, sign_in: SignIn, claims: list[Claim], reviewer: User, editor: User
    ) -> None:
        assign_claims(claims=claims[:1], assignee=reviewer, by=editor)
        late = {"back-version": claims[0].version, "back-reason": "No time."}
        answer = sign_in(reviewer).post(f"/claims/{claims[0].pk}/hand-back/", late, headers=HTMX)
        assert answer.status_code == 409
        assert not Skip.objects.exists()


class TestPlans:
    def test_an_editor_plans_a_claim(
        self, sign_in: SignIn, claims: list[Claim], editor: User
    ) -> None:
        fields = {"due_on": "2026-12-01", "priority": "1", "kind": "figure"}
        data = {f"plan-{name}": value for name, value in fields.items()}
        data["plan-version"] = str(claims[0].version)
        answer = sign_in(editor).post(f"/claims/{claims[0].pk}/plan/", data, headers=HTMX)
        assert answer.status_code == 200
        claims[0].refresh_from_db()
        claim = claims[0]
        assert (str(claim.due_on), claim.priority, claim.kind) == ("2026-12-01", 1, "figure")

    def test_a_whole_article_is_given_to_somebody_and_what_was_refused_is_told(
        self, sign_in: SignIn, claims: list[Claim], article: Article, reviewer: User, editor: User
    ) -> None:
        make_verdict(claims[0], reviewer, second_review=True)
        Claim.objects.filter(pk=claims[1].pk).update(priority=1)

        answer = sign_in(editor).post(
            f"/articles/{article.pk}/assign/", {"assignee": "rosa"}, follow=True
        )

        assert "Assigned 2 claims to rosa." in answer.text
        assert "Claim 1: rosa has judged it already" in answer.text
        claims[1].refresh_from_db()
        assert (claims[1].assignee, claims[1].assigned_by) == (reviewer, editor)
        assert claims[1].priority == 1

    def test_a_whole_article_is_taken_back_from_whom_it_was_given(
        self, sign_in: SignIn, claims: list[Claim], article: Article, reviewer: User, editor: User
    ) -> None:
        client = sign_in(editor)
        data = {"assignee": "rosa", "priority": "2"}
        answer = client.post(f"/articles/{article.pk}/assign/", data, follow=True)
        undo = parsed(answer).xpath("//form[@class='undo']/@action")[0]

        answer = client.post(undo, follow=True)

        assert "Undone: 3 claims." in answer.text
        assert set(Claim.objects.values_list("assignee", "priority")) == {(None, 0)}
        never = f"/articles/{article.pk}/assign/{uuid4()}/undo/"
        assert "nothing of yours" in client.post(never, follow=True).text

    def test_nobody_chosen_assigns_nothing(
        self, sign_in: SignIn, claims: list[Claim], article: Article, editor: User
    ) -> None:
        answer = sign_in(editor).post(f"/articles/{article.pk}/assign/", follow=True)
        assert "Nothing was assigned." in answer.text


class TestPresence:
    def changes(self, client: Client, article: Article, here: str = "") -> Any:
        fields = {"since": article.version, "here": here}
        return client.get(f"/articles/{article.pk}/changes/", fields, headers=HTMX)

    def test_who_else_is_here_is_told_once(
        self, sign_in: SignIn, article: Article, reviewer: User, second_reviewer: User
    ) -> None:
        mine = sign_in(reviewer)
        assert self.changes(mine, article).status_code == 204
        self.changes(sign_in(second_reviewer), article)

        told = self.changes(mine, article)

        assert "samir" in told.text
        assert "rosa" not in told.text
        assert self.changes(mine, article, str(second_reviewer.pk)).status_code == 204

    def test_who_gave_no_sign_for_long_is_gone_and_cleared_away(
        self, sign_in: SignIn, article: Article, reviewer: User, second_reviewer: User
    ) -> None:
        self.changes(sign_in(second_reviewer), article)
        Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=46))

        told = self.changes(sign_in(reviewer), article, str(second_reviewer.pk))

        assert "samir" not in told.text
        assert 'id="presence"' in told.text
        assert [presence.user for presence in Presence.objects.all()] == [reviewer]

    def test_a_poll_with_nothing_new_writes_seldom(
        self,
        sign_in: SignIn,
        article: Article,
        reviewer: User,
        django_assert_num_queries: Callable[[int], Any],
    ) -> None:
        client = sign_in(reviewer)
        with django_assert_num_queries(7):
            self.changes(client, article)
        with django_assert_num_queries(5):
            self.changes(client, article)
        Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=21))
        with django_assert_num_queries(7):
            self.changes(client, article)

    def test_another_desk_s_article_has_nobody_for_strangers(
        self, sign_in: SignIn, article: Article, neighbour: User
    ) -> None:
        assert self.changes(sign_in(neighbour), article).status_code == 404
        assert not Presence.objects.exists()
