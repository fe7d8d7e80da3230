"""How much of a file is read; beyond it the row or the file is refused with the reason."""

from articles.extraction.limits import MAX_TEXT

MAX_IMPORT = 2 * 1024**3
"""Bytes a file may have."""
MAX_WHOLE = 32 * 1024**2
"""Bytes of a JSON document that is read as one, and of the text of one row."""
MAX_ROWS = 5_000_000
MAX_CELL = MAX_TEXT
"""Code points a value may have."""
MAX_COLUMNS = 200
MAX_DEPTH = 12
"""How deep the lists and objects of a JSON value may nest."""
MAX_CLAIMS = 5_000
"""Claims an article of an import may have."""
MAX_ZIP_FILES = 20_000
MAX_ZIP_RATIO = 200
MAX_ZIP_BYTES = 2 * 1024**3
"""Bytes of the files of a zip, unpacked."""
MAX_SHEET = 64 * 1024**2
MAX_SHEET_BYTES = 512 * 1024**2
"""Bytes of an XLSX file, packed and unpacked."""
