"""What gunicorn writes of a request: never the query string, where people type names."""

access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s %(L)s'
