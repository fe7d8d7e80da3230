from articles.extraction.child import Contents, serve


def read(_: bytes) -> Contents:
    return Contents([["paragraph", "x" * 70_000_000]])


serve(read)
