import re

import pytest
from fpdf import FPDF

from articles.extraction.read import page_at, read
from articles.text.errors import ExtractionError
from articles.text.normalize import normalize
from tests.extraction.files import new_pdf, pdf

LONG = (
    "The river rose by four metres in the night before the market, and the people of the lower "
    "town carried what they could to the school on the hill, where they stayed for nine days."
)


def lines(*pages: list[str], size: int = 12) -> bytes:
    document = new_pdf()
    for page in pages:
        document.add_page()
        document.set_font("Helvetica", size=size)
        for line in page:
            document.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def reason(data: bytes, name: str = "") -> str:
    with pytest.raises(ExtractionError) as caught:
        read(data, name=name)
    return str(caught.value)


def test_wrapped_lines_are_joined_and_pages_known():
    found = read(pdf(f"{LONG}\n\n{LONG}", 'Zürich: "déjà vu".'))
    assert found.text == f'{LONG}\n\n{LONG}\n\nZürich: "déjà vu".'
    assert found.format == "pdf"
    assert [found.text[block.start : block.end] for block in found.blocks] == found.text.split(
        "\n\n"
    )
    assert found.pages == (0, found.text.index("Zürich"))
    assert page_at(found.pages, 5) == 1
    assert page_at(found.pages, found.text.index("Zürich") - 1) == 1
    assert page_at(found.pages, found.text.index("Zürich")) == 2
    assert normalize(found.text) == found.text


def test_what_the_file_says_of_itself():
    data = pdf(LONG, title="The  River", author="Ann Example", lang="de-CH")
    found = read(data)
    assert (found.title, found.byline, found.language) == ("The River", "Ann Example", "de-CH")
    assert found.published_on


def test_file_name_is_no_title():
    assert read(pdf(LONG, title="Microsoft Word - draft3.doc")).title == ""


def heading(document: FPDF, words: str, size: int) -> None:
    document.set_font("Helvetica", "B", size)
    document.cell(0, 10, words, new_x="LMARGIN", new_y="NEXT")
    document.set_font("Helvetica", size=12)


def test_larger_line_is_a_heading_and_the_title():
    document = new_pdf()
    document.add_page()
    heading(document, "The flood of spring", 20)
    document.multi_cell(0, 6, LONG, align="L")
    found = read(bytes(document.output()))
    assert found.title == "The flood of spring"
    assert [block.kind for block in found.blocks] == ["heading", "paragraph"]


JOINED = {
    "hyphenated word": (
        ["It was a con-", "tinued effort of all."],
        "It was a continued effort of all.",
    ),
    "compound kept": (
        ["A well-known man came, as well-", "known as any."],
        "A well-known man came, as well-known as any.",
    ),
    "name with hyphen": (["He met Kim Jong-", "Un there."], "He met Kim Jong-Un there."),
    "dash": (["It was so -", "and it stayed."], "It was so - and it stayed."),
    "number range": (["the years 1914-", "1918 and after."], "the years 1914-1918 and after."),
    "spaces": (["two   spaces  ", "  here."], "two spaces here."),
}


@pytest.mark.parametrize(("told", "text"), JOINED.values(), ids=JOINED)
def test_lines_are_joined(told: list[str], text: str):
    assert read(lines(told)).text == text


def test_short_last_line_ends_a_paragraph():
    full = "The council met on Monday and spoke about the bridge for a long time."
    found = read(lines([full, "It was late.", full, "They left."]))
    assert found.text == f"{full} It was late.\n\n{full} They left."


def test_list_items():
    found = read(lines(["Wanted:", "· one thing", "· another"]))
    assert [block.kind for block in found.blocks] == ["paragraph", "list_item", "list_item"]


def test_paragraph_runs_over_the_end_of_a_page():
    found = read(lines(["The council met on Mon-"], ["day and spoke of", "the bridge."], ["End."]))
    assert found.text == "The council met on Monday and spoke of the bridge.\n\nEnd."
    assert [found.text[start : start + 3] for start in found.pages] == ["The", "day", "End"]
    assert page_at(found.pages, found.text.index("bridge")) == 2


def test_empty_page_begins_where_the_next_does():
    found = read(lines(["One."], [], ["Three."], []))
    assert found.pages == (0, 6, 6, 12)
    assert page_at(found.pages, found.text.index("Three")) == 3


def test_running_heads_and_page_numbers_stay_out_of_the_text():
    bodies = [
        "The first page says this and",
        "goes on so.",
        "Then it says more.",
        "The end.",
    ]
    pages = [
        [f"Report of the Council, page {number}", body, f"{number}"]
        for number, body in enumerate(bodies, 1)
    ]
    found = read(lines(*pages))
    assert found.text == (
        "Report of the Council, page 1 The first page says this and goes on so.\n\n"
        "Then it says more.\n\nThe end."
    )


def test_numbers_in_the_text_are_kept():
    assert read(lines(["In all", "1914", "people came."])).text == "In all 1914 people came."


def test_locked():
    assert "locked with a password" in reason(pdf(LONG, password="secret"))


def test_file_that_only_forbids_copying_is_read():
    document = new_pdf()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, 6, LONG)
    document.set_encryption("owner", permissions=0)
    assert read(bytes(document.output())).text == LONG


def test_no_text():
    document = new_pdf()
    document.add_page()
    document.rect(10, 10, 50, 50, style="F")
    assert "perhaps it is a scan" in reason(bytes(document.output()))


def bare(pages: str, more: str = "") -> bytes:
    return (
        f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj{pages}endobj\n{more}"
        "trailer<</Root 1 0 R>>\n%%EOF"
    ).encode()


MANY = " ".join(["3 0 R"] * 5001)
BROKEN = {
    "garbage": b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "only the header": b"%PDF-1.7",
    "no pages": bare("<</Type/Pages/Count 0/Kids[]>>"),
    "circle": bare("<</Type/Pages/Count 9/Kids[2 0 R]>>"),
    "lying count": bare("<</Type/Pages/Count 1000000000/Kids[]>>"),
    "too many pages": bare(
        f"<</Type/Pages/Count 5001/Kids[{MANY}]>>", "3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n"
    ),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken(data: bytes):
    assert re.search("damaged|no text|pages", reason(data))


def test_too_many_pages_are_counted():
    assert "5,001 pages, more than the 5,000" in reason(BROKEN["too many pages"])


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_truncated(part: float):
    data = pdf(*[LONG] * 9)
    assert re.search("damaged|no text", reason(data[: int(len(data) * part)]))


def test_junk_before_the_header_of_a_file_said_to_be_pdf():
    assert read(b"junk\n" + pdf(LONG), name="a.pdf").text == LONG
