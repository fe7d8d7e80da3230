"""What a person reads on a page."""

from lxml import html
from lxml.html import HtmlElement


def parsed(response) -> HtmlElement:
    return html.fromstring(response.content.decode())


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def cells(element: HtmlElement) -> list[str]:
    return [words(child) for child in element]


def rows(response) -> list[str]:
    """The text of each row's main link, in order."""
    return [words(link) for link in parsed(response).xpath("//tbody/tr/th[@scope='row']/a")]


def links(response, label: str) -> list[str]:
    """Where the links with exactly this text lead."""
    return [
        link.get("href") for link in parsed(response).xpath("//a[@href]") if words(link) == label
    ]


def bars(response) -> dict[str, tuple[int, str]]:
    """The label of each bar, with its number and where it leads."""
    found = {}
    for link in parsed(response).xpath("//ol[@class='bars']/li/a"):
        label = words(link.xpath("*[@class='bar-label']")[0])
        number = link.xpath("*[@class='bar-count']")[0].text
        found[label] = (int(number.replace(",", "")), link.get("href"))
    return found
