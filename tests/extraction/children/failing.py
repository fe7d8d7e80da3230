from articles.extraction.child import Contents, serve


def read(_: bytes) -> Contents:
    raise KeyError("name")


serve(read)
