"""How much is read; beyond it a file is refused with the reason."""

MAX_FILE = 10 * 1024 * 1024
"""Bytes a file may have."""
MAX_TEXT = 5_000_000
"""Code points a text may have."""
MAX_PAGES = 5_000
"""Pages a PDF may have."""
