from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request as plain_bad_request

READ_PAST = 64 * 1024 * 1024
CHUNK = 64 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers a request that is malformed, and with 413 one that is too large.

    A browser that is still sending shows no answer, so the rest of the body is read past, up to
    a limit.
    """
    if not isinstance(exception, RequestDataTooBig):
        return plain_bad_request(request, exception)
    left = READ_PAST
    while left > 0 and (chunk := request.read(CHUNK)):
        left -= len(chunk)
    megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
    return render(request, "413.html", {"megabytes": megabytes}, status=413)
