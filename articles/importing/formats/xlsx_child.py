"""The rows of a workbook, read in a process of its own (see ``articles.extraction.child``).

The workbook on standard input; on standard output a line of JSON for each row that is not blank,
``[row, [cell …]]``. A date is ``{"date": ISO}``, a date with a time ``{"datetime": ISO}``, an error
``{"error": "#N/A"}``. Instead of a row there may be ``{"unusable": why}``, which is the last line.
"""

import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from posixpath import join
from typing import Any

from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from articles.extraction.child import confine
from articles.importing import mapping
from articles.importing.limits import MAX_COLUMNS, MAX_SHEET_BYTES, MAX_ZIP_RATIO
from articles.importing.records import FileError

MEMORY = 1536 * 1024**2
PROCESSOR_SECONDS = 120
_OUTPUT = 1024**3
_MEGABYTE = 1024**2
_MOST_PARTS = 5_000
_DAMAGED = "The workbook is damaged: {}. Open it and save it again, or save the sheet as CSV."
_LOCKED = "The workbook is locked with a password: take the lock off first."
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError),
    *(EOFError, KeyError, NotImplementedError, OSError, UnicodeDecodeError),
)
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*>""")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})<")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Errors = dict[tuple[int, int], str]
"""What stands in the cells with an error, by row and column from 0."""


def main() -> None:
    confine(MEMORY, PROCESSOR_SECONDS, _OUTPUT)
    try:
        _write(sys.stdin.buffer.read())
    except FileError as error:
        _say_unusable(str(error))
    except PasswordError:
        _say_unusable(_LOCKED)
    except (CalamineError, *_BROKEN) as error:
        _say_unusable(_DAMAGED.format(f"it cannot be read ({error})"))


def _say_unusable(why: str) -> None:
    print(json.dumps({"unusable": why}))


def _write(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        _check_parts(archive)
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            sheet = _choose(workbook)
            errors = _errors(archive, sheet.name)
            _, first_column = sheet.start or (0, 0)
            indent = [""] * first_column
            for number, cells in enumerate(sheet.iter_rows()):
                row = indent + [_portable(cell) for cell in cells]
                for column in (c for c in range(len(row)) if (number, c) in errors):
                    row[column] = {"error": errors[number, column]}
                if any(cell != "" for cell in row):
                    print(json.dumps([number + 1, row]))


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise FileError(_DAMAGED.format(f"it has {len(parts):,} parts"))
    if len({part.filename for part in parts}) < len(parts):
        raise FileError(_DAMAGED.format("two of its parts have the same name"))
    if any(part.flag_bits & 1 for part in parts):
        raise FileError(_LOCKED)
    if sum(part.file_size for part in parts) > MAX_SHEET_BYTES:
        raise FileError(
            f"The workbook is larger than {MAX_SHEET_BYTES // _MEGABYTE} MB unpacked: save the "
            "sheet as CSV."
        )
    for part in parts:
        if part.file_size > max(_MEGABYTE, MAX_ZIP_RATIO * part.compress_size):
            raise FileError(
                f"The workbook looks like a trap: its part {part.filename} is more than "
                f"{MAX_ZIP_RATIO} times as large as it was packed. Save the sheet as CSV."
            )
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as content:
                if b"<!DOCTYPE" in content.read(4096):
                    raise FileError(
                        _DAMAGED.format(f"its part {part.filename} declares entities, as traps do")
                    )


def _choose(workbook: CalamineWorkbook) -> CalamineSheet:
    """The sheet whose headings are known, else the first with cells. Hidden sheets do not count."""
    sheets = [
        sheet
        for meta in workbook.sheets_metadata
        if meta.typ is SheetTypeEnum.WorkSheet and meta.visible is SheetVisibleEnum.Visible
        if (sheet := workbook.get_sheet_by_name(meta.name)).start
    ]
    if not sheets:
        raise FileError("The workbook has no cells: put a row of headings and the rows in a sheet.")
    fitting = [sheet for sheet in sheets if mapping.known(_first_row(sheet)) > 1]
    if len(fitting) > 1:
        names = ", ".join(f"“{sheet.name}”" for sheet in fitting)
        raise FileError(
            f"The workbook has rows on several sheets ({names}): save each as a file of its own."
        )
    sheet = (fitting or sheets)[0]
    if sheet.end and sheet.end[1] >= MAX_COLUMNS:
        raise FileError(
            f"The sheet “{sheet.name}” has cells beyond column {MAX_COLUMNS}: delete the columns "
            "that are not needed."
        )
    return sheet


def _first_row(sheet: CalamineSheet) -> list[str]:
    return [str(cell) for row in sheet.to_python(nrows=1) for cell in row]


def _portable(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, (str, int, float, bool)) else str(cell)


def _errors(archive: zipfile.ZipFile, sheet: str) -> Errors:
    """Cells with an error, which the library gives as empty."""
    part = _part_of(archive, sheet)
    return dict(_errors_in(archive.read(part))) if part in archive.namelist() else {}


def _errors_in(content: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in _ERROR_CELL.finditer(content):
        if place := _PLACE.search(cell[0]):
            letters, row = place.groups()
            value = _VALUE.search(content, cell.end(), cell.end() + 2000)
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            yield (int(row) - 1, column - 1), value[1].decode("ascii", "replace") if value else "#?"


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part that has a sheet, by the workbook and its relations."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    ids = {e.get("name"): e.get(_RELATION) for e in book.iter("{*}sheet")}
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {e.get("Id"): e.get("Target", "") for e in relations}
    return join("/xl", targets.get(ids.get(sheet), "")).lstrip("/")


if __name__ == "__main__":
    main()
