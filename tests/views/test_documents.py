"""A document's page, its bytes and what changed in it; those of a source; who may read them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.actions.captures import request_capture
from articles.actions.passages import choose_document
from articles.models import Capture, Document
from articles.views import documents as pages
from articles.views import sources
from tests.capturing import PAGE, pdf
from tests.factories import (
    make_claim,
    make_document,
    make_evidence,
)
from tests.views.documents import URL, add, page, upload
from tests.views.reading import links, parsed, words

DOCUMENT_QUERIES = 8
SOURCE_QUERIES = 11


def facts(response) -> dict[str, str]:
    return {
        words(fact.find("dt")): words(fact.find("dd"))
        for fact in parsed(response).xpath("//dl[contains(@class, 'document-facts')]/div")
    }


class TestPage:
    def test_text_and_facts(self, sign_in, reviewer, bulletin):
        response = sign_in(reviewer).get(page(bulletin))
        assert words(parsed(response).xpath("//h1")[0]) == "Bulletin 7"
        text = words(parsed(response).find_class("stored-text")[0])
        assert text.startswith("The river rose by two metres in one night")
        told = facts(response)
        assert told["Source"] == "Ministry of Water"
        assert told["Address"].startswith(URL)
        assert told["After redirects"].startswith(f"{URL}/7")
        assert told["HTTP status"] == "200"
        assert told["Version mark (ETag)"] == '"7"'
        assert told["SHA-256 of the original"] == bulletin.original_sha256
        assert told["SHA-256 of the text"] == bulletin.text_sha256
        assert "rosa" in told["Fetched from its address"]

    def test_pages_of_a_pdf_are_marked(self, sign_in, reviewer, source):
        client = sign_in(reviewer)
        data = pdf("Page one.\n\nMore on one.", "Page two begins here.", "Page three.")
        client.post(add(source), {"file": upload("a.pdf", data)})
        response = client.get(page(Document.objects.get()))
        marks = parsed(response).find_class("page-mark")
        assert [words(mark) for mark in marks] == ["Page 1", "Page 2", "Page 3"]
        assert words(parsed(response).get_element_by_id("page-2").getnext()) == (
            "Page two begins here."
        )

    def test_a_page_that_begins_within_a_paragraph(self, sign_in, reviewer, desk, source):
        document = make_document(desk, source, reviewer, "It rose by two metres.", pages=[0, 11])
        response = sign_in(reviewer).get(page(document))
        assert "It rose by Page 2two metres." in words(parsed(response).body)

    def test_a_list_is_parted_by_a_page(self, sign_in, reviewer, desk, source):
        blocks = [["list_item", 0, 4], ["list_item", 6, 10]]
        document = make_document(
            desk, source, reviewer, "One.\n\nTwo.", blocks=blocks, pages=[0, 6]
        )
        text = parsed(sign_in(reviewer).get(page(document))).find_class("stored-text")[0]
        assert [(child.tag, words(child)) for child in text] == [
            ("p", "Page 1"),
            ("ul", "One."),
            ("p", "Page 2"),
            ("ul", "Two."),
        ]

    def test_a_long_text_is_shown_whole_when_asked(
        self, sign_in, reviewer, desk, source, monkeypatch
    ):
        monkeypatch.setattr(pages, "SHOWN_BLOCKS", 2)
        document = make_document(desk, source, reviewer, "One.\n\nTwo.\n\nThree.")
        client = sign_in(reviewer)
        first = client.get(page(document))
        assert "1 more paragraph." in words(parsed(first).body)
        assert "Three." not in words(parsed(first).body)
        assert "Three." in words(parsed(client.get(page(document) + "?whole")).body)

    def test_claims_that_rest_on_it(self, sign_in, reviewer, second_reviewer, bulletin, article):
        claim = make_claim(article, "two metres", reviewer)
        evidence = make_evidence(claim, bulletin.source, reviewer)
        claim.refresh_from_db()
        choose_document(
            evidence=evidence, seen=claim.version, by=reviewer, document=bulletin, passage=(4, 14)
        )
        response = sign_in(second_reviewer).get(page(bulletin))
        assert links(response, "two metres") == [claim.get_absolute_url()]
        assert words(parsed(response).xpath("//blockquote")[0]) == "river rose"

    def test_archive_address_is_added_later(self, sign_in, reviewer, bulletin):
        client = sign_in(reviewer)
        wrong = client.post(page(bulletin), {"archive_url": "x y"})
        assert wrong.status_code == 422
        assert "Enter a valid URL" in wrong.content.decode()
        right = client.post(page(bulletin), {"archive_url": "https://archive.example/9"})
        assert right.status_code == 303
        told = facts(client.get(page(bulletin)))
        assert told["Archived copy"].startswith("https://archive.example/9")

    def test_capture_again(self, sign_in, reviewer, bulletin):
        response = sign_in(reviewer).post(page(bulletin, "document-recapture"))
        capture = Capture.objects.get()
        assert response.headers["Location"] == reverse("capture", args=[capture.pk])
        assert (capture.url, capture.source) == (URL, bulletin.source)

    @pytest.mark.parametrize("count", [1, 3])
    def test_as_many_queries_for_any_number(
        self, sign_in, reviewer, bulletin, article, count, django_assert_num_queries
    ):
        for number, said in enumerate(("The river", "two metres", "12,000 people")[:count]):
            claim = make_claim(article, said, reviewer)
            evidence = make_evidence(claim, bulletin.source, reviewer)
            claim.refresh_from_db()
            choose_document(evidence=evidence, seen=claim.version, by=reviewer, document=bulletin)
            make_document(bulletin.desk, bulletin.source, reviewer, f"No. {number}", url=URL)
        client = sign_in(reviewer)
        with django_assert_num_queries(DOCUMENT_QUERIES):
            response = client.get(page(bulletin))
        assert len(parsed(response).find_class("document-evidence")[0]) == count
        assert len(parsed(response).find_class("other-captures")[0]) == count


class TestOriginal:
    def test_the_bytes_are_saved_never_shown(self, sign_in, reviewer, bulletin):
        response = sign_in(reviewer).get(page(bulletin, "document-original"))
        assert b"".join(response.streaming_content) == PAGE.encode()
        assert response.headers["Content-Disposition"] == (
            f'attachment; filename="document-{bulletin.pk}.html"'
        )
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_lost_file_is_said(self, sign_in, reviewer, bulletin):
        bulletin.original.storage.delete(bulletin.original.name)
        response = sign_in(reviewer).get(page(bulletin, "document-original"))
        assert response.status_code == 404


class TestCompare:
    @pytest.fixture
    def three(self, desk, source, reviewer) -> list[Document]:
        now = timezone.now()
        texts = [
            "It rose by two metres.\n\nA.\n\nB.\n\nC.\n\nD.\n\nNobody was hurt in the town.",
            "It rose by three metres.\n\nA.\n\nB.\n\nC.\n\nD.\n\nNobody was hurt in the town.",
        ]
        return [
            make_document(
                desk, source, reviewer, text, url=URL, retrieved_at=now - timedelta(days=age)
            )
            for text, age in ((texts[0], 3), (texts[1], 2), (texts[1], 1))
        ]

    def test_with_the_capture_before(self, sign_in, reviewer, three):
        response = sign_in(reviewer).get(page(three[1], "document-compare"))
        shown = parsed(response).find_class("differences")[0]
        assert [words(line) for line in shown] == [
            "It rose by [taken out: two][put in: three] metres.",
            "A.",
            "… 4 unchanged paragraphs",
        ]
        assert [element.tag for element in shown.iter("ins", "del")] == ["del", "ins"]

    def test_no_change(self, sign_in, reviewer, three):
        response = sign_in(reviewer).get(page(three[2], "document-compare"))
        assert "No change since" in words(parsed(response).body)
        assert not parsed(response).xpath("//ins|//del")

    def test_with_another_whichever_is_older_comes_first(self, sign_in, reviewer, three):
        client = sign_in(reviewer)
        for one, other in ((0, 2), (2, 0)):
            address = f"{page(three[one], 'document-compare')}?with={three[other].pk}"
            told = words(parsed(client.get(address)).find_class("differences")[0])
            assert told.startswith("It rose by [taken out: two][put in: three] metres.")

    def test_the_first_capture_has_nothing_before_it(self, sign_in, reviewer, three):
        response = sign_in(reviewer).get(page(three[0], "document-compare"))
        assert "Nothing to compare with" in response.content.decode()

    def test_many_changes_are_cut(self, sign_in, reviewer, three, monkeypatch):
        monkeypatch.setattr(pages, "SHOWN_CHANGES", 1)
        response = sign_in(reviewer).get(page(three[1], "document-compare"))
        assert "There are more changes. The first 1 are shown." in words(parsed(response).body)

    @pytest.mark.parametrize("named", ["x", "018f6b4e-0000-7000-8000-000000000000"])
    def test_no_such_document(self, sign_in, reviewer, three, named):
        address = f"{page(three[1], 'document-compare')}?with={named}"
        assert sign_in(reviewer).get(address).status_code == 404


class TestOnTheSource:
    def test_documents_newest_first_and_captures_with_their_reason(
        self, sign_in, reviewer, desk, source, capture
    ):
        Capture.objects.update(
            state="failed", reason="No such page.", attempts=2, finished_at=timezone.now()
        )
        for title in ("Older", "Newer"):
            make_document(desk, source, reviewer, "One.", title=title)
        response = sign_in(reviewer).get(source.get_absolute_url())
        section = parsed(response).find_class("documents")[0]
        assert [words(link) for link in section.xpath(".//tbody//a")] == ["Newer", "Older"]
        assert "No such page." in words(section.find_class("captures")[0])
        assert "Tried 2 times" in words(section.find_class("captures")[0])
        assert links(response, "Add document") == [add(source)]

    def test_all_of_them_when_asked(self, sign_in, reviewer, desk, source, monkeypatch):
        monkeypatch.setattr(sources, "DOCUMENTS", 2)
        for number in range(3):
            make_document(desk, source, reviewer, "One.", title=f"No. {number}")
        client = sign_in(reviewer)
        first = client.get(source.get_absolute_url())
        assert len(parsed(first).xpath("//section[contains(@class, 'documents')]//tbody/tr")) == 2
        everything = client.get(source.get_absolute_url() + links(first, "Show all documents")[0])
        assert links(everything, "No. 0")

    def test_those_of_other_desks_are_not_listed(self, sign_in, neighbour, bulletin, capture):
        response = sign_in(neighbour).get(bulletin.source.get_absolute_url())
        assert "Bulletin 7" not in response.content.decode()
        assert URL not in response.content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_as_many_queries_for_any_number(
        self, sign_in, reviewer, desk, source, count, django_assert_num_queries
    ):
        for number in range(count):
            make_document(desk, source, reviewer, "One.", title=f"No. {number}")
            request_capture(desk=desk, source=source, url=f"{URL}{number}", by=reviewer)
        client = sign_in(reviewer)
        with django_assert_num_queries(SOURCE_QUERIES):
            client.get(source.get_absolute_url())


DOCUMENT_PAGES = ("document", "document-original", "document-compare")
DOCUMENT_POSTS = ("document", "document-recapture")


class TestGates:
    def answers(self, client, document: Document, capture: Capture) -> set[int]:
        found = {client.get(page(document, name)).status_code for name in DOCUMENT_PAGES}
        found |= {client.post(page(document, name)).status_code for name in DOCUMENT_POSTS}
        found.add(client.get(reverse("capture", args=[capture.pk])).status_code)
        found.add(client.post(reverse("capture-retry", args=[capture.pk])).status_code)
        return found

    def test_of_another_desk(self, sign_in, neighbour, outsider, bulletin, capture):
        for person in (neighbour, outsider):
            assert self.answers(sign_in(person), bulletin, capture) == {404}

    def test_of_a_protected_source(self, sign_in, reviewer, editor, desk, hidden):
        document = make_document(desk, hidden, editor, "Deep water.", title="Deep", url=URL)
        capture = request_capture(desk=desk, source=hidden, url=URL, by=editor)
        assert self.answers(sign_in(reviewer), document, capture) == {404}
        assert sign_in(editor).get(page(document)).status_code == 200
        assert sign_in(editor).get(reverse("capture", args=[capture.pk])).status_code == 200

    def test_compared_with_one_of_another_desk(
        self, sign_in, reviewer, neighbour, other_desk, source, bulletin
    ):
        other = make_document(other_desk, source, neighbour, "Theirs.")
        address = f"{page(bulletin, 'document-compare')}?with={other.pk}"
        assert sign_in(reviewer).get(address).status_code == 404
