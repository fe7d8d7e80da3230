import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles.models import Article, Draft, User
from tests.views.reading import parsed

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PASSWORD = "pass-word-for-tests"
LOGIN = "/accounts/login/"

# What a visitor may see without an account, and why.
OPEN = {
    "login/": "signs in",
    "signup/": "says who makes accounts",
    "inactive/": "says that an account is switched off",
    "password/reset/": "asks for a link",
    "password/reset/done/": "says that it was sent",
    "password/reset/key/done/": "says that the password is saved",
    "password/reset/key/1-1/": "says that the link does not work",
    "confirm-email/": "says that a link was sent",
    "confirm-email/1/": "says that the link does not work",
}
SAMPLES = {"uuid": str(uuid4()), "int": "1", "str": "x", "path": "1"}
GROUPS = {"uidb36": "1", "key": "1", "object_id": "1", "app_label": "articles", "url": "x"}


@pytest.fixture(autouse=True)
def _no_attempts_counted_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """An address for every pattern of the project, with made-up ids."""
    for pattern in resolver.url_patterns:
        part = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        part = re.sub(r"<(\w+):\w+>", lambda found: SAMPLES[found[1]], part)
        part = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: GROUPS[found[1]], part)
        part = part.replace("<path:object_id>", "1").replace("\\", "")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + part)
        elif isinstance(pattern, URLPattern):
            yield prefix + part


def sign_in_with(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_every_address_gives_a_visitor_the_sign_in_page(client: Client) -> None:
    everything = sorted(set(addresses(get_resolver())))
    assert len(everything) > 60
    shown: dict[str, int] = {}
    for address in everything:
        response = client.get(address, follow=True)
        if not any(step.startswith(LOGIN) for step, _ in response.redirect_chain):
            shown[address] = response.status_code
    del shown["/healthz"]
    assert {address.removeprefix("/accounts/") for address in shown} == OPEN.keys()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_method_gets_a_visitor_past_the_sign_in_page(client: Client, method: str) -> None:
    response = getattr(client, method)(f"/claims/{uuid4()}/verdicts/")
    assert response["Location"].startswith(LOGIN)


@pytest.mark.parametrize("name", ["rosa", "rosa@example.org", "ROSA@example.org"])
def test_signing_in_by_username_or_e_mail_leads_to_the_dashboard(
    client: Client, reviewer: User, name: str
) -> None:
    assertRedirects(sign_in_with(client, name), "/", fetch_redirect_response=False)
    assert client.session["_auth_user_id"] == str(reviewer.pk)


def test_signing_in_leads_on_to_the_page_asked_for(client: Client, reviewer: User) -> None:
    response = sign_in_with(client, "rosa", next="/sources/")
    assertRedirects(response, "/sources/", fetch_redirect_response=False)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/queue/?section=mine", "/queue/?section=mine"),
        ("https://example.com/trap", "/"),
        ("http://testserver//example.com/trap", "/"),
        ("http://[trap", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_signed_out_leads_back_to_its_page(
    client: Client, reviewer: User, referer: str, back: str
) -> None:
    asked = client.post("/queue/next/", headers={"Referer": referer})["Location"]
    response = client.post(asked, {"login": "rosa", "password": PASSWORD})
    assertRedirects(response, back, fetch_redirect_response=False)


def made_for(page: HttpResponse) -> dict[str, str]:
    """What every request of a page says of itself."""
    [headers] = parsed(page).xpath("//body/@hx-headers")
    return json.loads(headers)


def test_a_page_writes_for_whom_it_was_made_and_for_nobody_else(
    reviewer: User, second_reviewer: User, article: Article, sign_in: SignIn
) -> None:
    url = f"/articles/{article.pk}/"
    headers = made_for(sign_in(reviewer).get(url))
    draft = {"form": "verdict-1", "fields_json": '{"rationale": "Half of it."}'}

    refused = sign_in(second_reviewer).post(f"{url}drafts/", draft, headers=headers)
    assertContains(refused, "you are signed in as samir now", status_code=412)
    assert not Draft.objects.exists()

    assert sign_in(reviewer).post(f"{url}drafts/", draft, headers=headers).status_code == 204
    assert Draft.objects.get().user == reviewer


def test_a_page_whose_person_has_signed_out_leads_to_the_sign_in_page(
    client: Client, reviewer: User, sign_in: SignIn
) -> None:
    headers = made_for(sign_in(reviewer).get("/queue/"))
    response = client.post("/queue/next/", headers=headers)
    assertRedirects(response, f"{LOGIN}?next=/", fetch_redirect_response=False)


def test_signing_in_never_leads_to_another_site(client: Client, reviewer: User) -> None:
    response = sign_in_with(client, "rosa", next="https://example.com/trap")
    assertRedirects(response, "/", fetch_redirect_response=False)


def test_a_wrong_password_is_told_without_telling_which_part_is_wrong(
    client: Client, reviewer: User
) -> None:
    known = sign_in_with(client, "rosa", "wrong")
    unknown = sign_in_with(client, "nobody", "wrong")
    for response in (known, unknown):
        assertContains(response, "The name and the password do not match.")
    assert "_auth_user_id" not in client.session


def test_repeated_wrong_passwords_stop_even_the_right_one(client: Client, reviewer: User) -> None:
    for _ in range(5):
        sign_in_with(client, "rosa", "wrong")
    response = sign_in_with(client, "rosa")
    assertContains(response, "Too many wrong passwords. Wait five minutes")
    assert "_auth_user_id" not in client.session


def test_a_flood_of_sign_ins_from_one_place_gets_the_429_page(client: Client) -> None:
    for i in range(30):
        sign_in_with(client, f"guess-{i}", "wrong")
    assertContains(sign_in_with(client, "one-more", "wrong"), "Too many tries", status_code=429)


def test_a_person_who_was_switched_off_cannot_sign_in(client: Client, reviewer: User) -> None:
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    sign_in_with(client, "rosa")
    assert "_auth_user_id" not in client.session


def test_a_person_who_is_switched_off_is_out_at_once(reviewer: User, sign_in: SignIn) -> None:
    client = sign_in(reviewer)
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert client.get("/")["Location"].startswith(LOGIN)


def test_nobody_can_sign_up(client: Client) -> None:
    assertContains(client.get("/accounts/signup/"), "Accounts are made by your admin")
    form = {"username": "mallory", "email": "m@example.org"}
    client.post("/accounts/signup/", form | {"password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="mallory").exists()
    assertNotContains(client.get(LOGIN), "/accounts/signup/")


def test_the_menu_names_the_person_and_the_roles(editor: User, sign_in: SignIn) -> None:
    page = sign_in(editor).get("/accounts/2fa/")
    assertContains(page, "World: editor")
    assertContains(page, 'href="/articles/add/"')
    assertNotContains(page, 'href="/admin/"')


def test_the_menu_of_an_admin_has_the_admin_pages(admin: User, sign_in: SignIn) -> None:
    page = sign_in(admin).get("/accounts/2fa/")
    assertContains(page, "All desks: admin")
    assertContains(page, 'href="/admin/"')


def test_a_person_of_no_desk_is_told_to_ask_for_one(outsider: User, sign_in: SignIn) -> None:
    page = sign_in(outsider).get("/")
    assertContains(page, "An admin can give you a role at a desk")
    assertContains(page, "Of no desk yet")
    assertNotContains(page, 'href="/articles/add/"')
    assertNotContains(page, 'href="/sources/"')


def test_signing_out_takes_a_post(reviewer: User, sign_in: SignIn) -> None:
    client = sign_in(reviewer)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    assertRedirects(client.post("/accounts/logout/"), LOGIN)
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_replaced_through_a_mailed_link(
    client: Client, reviewer: User
) -> None:
    client.post("/accounts/password/reset/", {"email": "rosa@example.org"})
    [message] = mail.outbox
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(message.body))
    assert found
    form = client.get(found[1])
    new = {"password1": "an-other-pass-word", "password2": "an-other-pass-word"}
    client.post(form["Location"], new)
    reviewer.refresh_from_db()
    assert reviewer.check_password("an-other-pass-word")


def test_no_mail_goes_to_an_address_without_an_account(client: Client, reviewer: User) -> None:
    page = client.post("/accounts/password/reset/", {"email": "a@example.com"}, follow=True)
    assertContains(page, "Look into your mail")
    assert mail.outbox == []


def test_a_password_is_changed_by_one_who_knows_it(reviewer: User, sign_in: SignIn) -> None:
    new = {"password1": "an-other-pass-word", "password2": "an-other-pass-word"}
    client = sign_in(reviewer)
    client.post("/accounts/password/change/", new | {"oldpassword": "wrong"})
    reviewer.refresh_from_db()
    assert reviewer.check_password(PASSWORD)
    client.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})
    reviewer.refresh_from_db()
    assert reviewer.check_password("an-other-pass-word")


def test_two_factor_sign_in_from_switching_on_to_a_recovery_code(
    client: Client, reviewer: User
) -> None:
    sign_in_with(client, "rosa")
    activate = "/accounts/2fa/totp/activate/"
    client.post(f"/accounts/reauthenticate/?next={activate}", {"password": PASSWORD})
    form = client.get(activate)
    assertContains(form, 'src="data:image/svg+xml')
    secret = form.context["form"].secret
    client.post(activate, {"code": code_for(secret)})
    assertContains(client.get("/accounts/2fa/"), "10 left")
    client.post("/accounts/logout/")

    response = sign_in_with(client, "rosa")
    assertRedirects(response, "/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assertContains(wrong, "Incorrect code")
    codes = Authenticator.objects.get(user=reviewer, type="recovery_codes").wrap()
    client.post("/accounts/2fa/authenticate/", {"code": codes.get_unused_codes()[0]})
    assert client.session["_auth_user_id"] == str(reviewer.pk)
    assertContains(client.get("/accounts/2fa/"), "9 left")


def test_the_admin_pages_have_no_sign_in_of_their_own(client: Client, admin: User) -> None:
    """It would let one in without the second factor, and count no attempts."""
    posted = client.post("/admin/login/", {"username": "ada", "password": PASSWORD})
    assert posted["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in client.session


def test_the_admin_pages_turn_away_who_is_no_staff(editor: User, sign_in: SignIn) -> None:
    assert sign_in(editor).get("/admin/", follow=True).status_code == 403
