"""What the models and forms allow, said for the checks, which have no Django. A test holds the two
to be the same. Lengths are in code points.
"""

import re

RATINGS = (
    *("true", "mostly_true", "half_true", "mostly_false", "false"),
    *("unverifiable", "not_enough_evidence", "conflicting_evidence", "opinion"),
)
ACCURACIES = ("accurate", "altered", "misattributed", "not_found", "not_applicable")
STATUSES = (
    *("open", "in_review", "awaiting_second_review", "decided", "published"),
    *("needs_recheck", "withdrawn"),
)
JUDGED = ("decided", "published", "needs_recheck")
"""Statuses that a claim comes to by a verdict only."""
RELATIONS = ("supports", "refutes", "context")
SOURCE_KINDS = ("organisation", "publication", "series", "person", "unnamed")

ID = 300
TITLE = 500
NAME = 300
"""Of a source, an alias, a publisher or byline, and of how an article describes a person."""
USER_NAME = 150
LANGUAGE = 35
URL = 2000
NOTE = 5_000
RATIONALE = 20_000
CLAIM = 10_000
"""Also what of a passage, or of the words beside a claim, a row may give."""
ALIASES = 50
STEPS = 10
CHAINS = 10

LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

_LETTER = r"[a-z0-9\u00a1-\uffff]"
_LABEL = rf"{_LETTER}(?:(?:{_LETTER}|-){{0,61}}{_LETTER})?"
_TOP = r"(?:xn--[a-z0-9]{1,59}|[a-z\u00a1-\uffff](?:[a-z\u00a1-\uffff-]{0,61}[a-z\u00a1-\uffff]))"
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
WEB_ADDRESS = re.compile(
    rf"""(?xi) https?://
    (?: (?=[^/?\#:]{{1,253}}(?:[/?\#:]|\Z)) (?:{_LABEL}\.)+{_TOP}\.? | localhost
      | {_BYTE}(?:\.{_BYTE}){{3}} | \[[0-9a-f:.]*:[0-9a-f:.]*\] )
    (?: :[0-9]{{1,5}} )?
    (?: [/?\#] [^\s\x00-\x1f\x7f]* )?
    """
)
