import time

from articles.extraction.child import Contents, serve


def read(_: bytes) -> Contents:
    time.sleep(60)
    return Contents([])


serve(read)
