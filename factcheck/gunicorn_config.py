"""What gunicorn takes as a request, and what it writes of one: never the query string, where
people type names."""

limit_request_line = 8190
"""The most there can be: the addresses of lists hold what was searched, nine bytes a syllable."""
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s %(L)s'
