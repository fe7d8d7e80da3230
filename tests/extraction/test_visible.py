import pytest
from lxml import html

from articles.extraction.visible import blocks

CASES = {
    "inline": ("<p>a <b>b</b>c <i>d</i></p>", [("paragraph", "a bc d")]),
    "white space": ("<p>a\n  b\tc</p>", [("paragraph", "a b c")]),
    "no-break space": ("<p>5\xa0km </p>", [("paragraph", "5\xa0km")]),
    "line break": ("<p>a<br> b</p>", [("paragraph", "a\nb")]),
    "text between blocks": (
        "<div>a<p>b</p>c<p>d</p>e</div>",
        [("paragraph", word) for word in "abcde"],
    ),
    "headings": ("<h1>a</h1><h6>b</h6>", [("heading", "a"), ("heading", "b")]),
    "list": ("<ul><li>a<ul><li>b</li></ul></li></ul>", [("list_item", "a"), ("list_item", "b")]),
    "paragraph in an item": ("<li><p>a</p></li>", [("list_item", "a")]),
    "quotation": ("<blockquote>a<p>b</p></blockquote>", [("quotation", "a"), ("quotation", "b")]),
    "caption": ("<figure><img><figcaption>a</figcaption></figure>", [("caption", "a")]),
    "table": (
        "<table><caption>t</caption><tr><th>a<th>b<tr><td><p>c</p><td>d</table>e",
        [("caption", "t"), ("paragraph", "a | b"), ("paragraph", "c | d"), ("paragraph", "e")],
    ),
    "empty cells": ("<table><tr><td></td><td>a</td></tr></table>", [("paragraph", "a")]),
    "table as layout": (
        "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td><p>c</p></td></tr>"
        "</table>",
        [("paragraph", "a | b"), ("paragraph", "c")],
    ),
    "unseen": (
        "a<script>x</script><style>x</style><noscript>x</noscript><p hidden>x</p>"
        "<p style='Display: None'>x<b>x</b></p><template><p>x</p></template>b",
        [("paragraph", "ab")],
    ),
    "comments": ("<p>a<!-- x -->b<?x y?>c</p>", [("paragraph", "abc")]),
}


@pytest.mark.parametrize(("markup", "found"), CASES.values(), ids=CASES)
def test_blocks(markup: str, found: list[tuple[str, str]]):
    assert list(blocks(html.fromstring(f"<body>{markup}</body>"))) == found
