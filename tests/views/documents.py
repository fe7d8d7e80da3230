"""Where documents are added and shown."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import Document, Source

URL = "https://water.example/bulletin"


def add(source: Source) -> str:
    return reverse("document-add", args=[source.pk])


def page(document: Document, name: str = "document") -> str:
    return reverse(name, args=[document.pk])


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
