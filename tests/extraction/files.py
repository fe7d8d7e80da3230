"""Documents made by the tests."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

from fpdf import FPDF
from fpdf.enums import AccessPermission

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
STYLES = (
    '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        "</w:style>"
        for name in ("Title", "heading 1", "heading 2", "Quote", "List Paragraph", "caption")
    )
    + "</w:styles>"
)
STYLE_RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/styles" Target="styles.xml"/></Relationships>'
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def paragraph(text: str, style: str = "", *, item: bool = False) -> str:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if item else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f"<w:p><w:pPr>{named}{numbered}</w:pPr>"
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def table(*rows: list[str]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def docx(body: str, **more: str | bytes) -> bytes:
    """A Word document with this body; further parts by name."""
    return archive(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS,
            "word/document.xml": (
                f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
            ),
            "word/styles.xml": STYLES,
            "word/_rels/document.xml.rels": STYLE_RELATION,
            **more,
        }
    )


def archive(parts: dict[str, str | bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def pdf(*pages: str, password: str = "", size: int = 12, **told: str) -> bytes:
    """A PDF with a text on each page, wrapped as it comes; blank lines part paragraphs."""
    document = new_pdf()
    for text in pages:
        document.add_page()
        document.set_font("Helvetica", size=size)
        for part in text.split("\n\n"):
            document.multi_cell(0, size / 2, part, align="L", new_x="LMARGIN", new_y="NEXT")
            document.ln(size / 2)
    for name, value in told.items():
        getattr(document, f"set_{name}")(value)
    if password:
        document.set_encryption("owner", password, permissions=AccessPermission.none())
    return bytes(document.output())


def new_pdf() -> FPDF:
    return FPDF(format="A4")
