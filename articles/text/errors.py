class ExtractionError(ValueError):
    """No text could be taken from it; the message says why and what to do."""
