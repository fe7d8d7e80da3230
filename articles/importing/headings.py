"""What other tables call our fields, in English, German, French and Spanish.

The commonest come first. Case, accents, spaces and punctuation do not count.
"""

from articles.importing.records import Kind

_ID = (
    "identifier",
    "external id",
    "uuid",
    "guid",
    "key",
    "kennung",
    "identifiant",
    "identificador",
)
_TITLE = (
    *(
        "headline",
        "head",
        "heading",
        "article title",
        "name",
        "titel",
        "überschrift",
        "schlagzeile",
    ),
    *("titre", "título", "titular", "subject"),
)
_TEXT = (
    *("body", "content", "article text", "full text", "article body", "article", "story"),
    *("maintext", "plain text", "contents", "inhalt", "artikeltext", "volltext", "texte"),
    *("contenu", "corps", "texto", "contenido", "cuerpo"),
)
_URL = (
    *("link", "permalink", "web address", "address", "article url", "source url", "canonical url"),
    *("href", "uri", "website", "webadresse", "adresse", "lien", "enlace", "dirección"),
)
_PUBLISHER = (
    *("outlet", "newspaper", "publication", "media", "source", "site", "site name", "medium"),
    *("source name", "herausgeber", "zeitung", "quelle", "éditeur", "journal", "média"),
    *("editorial", "periódico", "diario", "medio", "fuente"),
)
_BYLINE = (
    *("author", "by", "authors", "writer", "journalist", "reporter", "creator", "autor"),
    *("verfasser", "von", "auteur", "par", "autores", "por"),
)
_PUBLISHED_ON = (
    *("published", "pubdate", "date", "publication date", "date published", "published at"),
    *("publish date", "published date", "posted on", "datum", "veröffentlicht", "erschienen"),
    *("veröffentlicht am", "erscheinungsdatum", "date de publication", "publié", "publié le"),
    *("fecha", "fecha de publicación", "publicado"),
)
_LANGUAGE = ("lang", "locale", "language code", "sprache", "langue", "idioma", "lengua")
_STRUCTURE = ("blocks", "struktur", "estructura")

SYNONYMS: dict[Kind, dict[str, tuple[str, ...]]] = {
    "article": {
        "id": ("article id", *_ID),
        "title": _TITLE,
        "text": _TEXT,
        "url": _URL,
        "publisher": _PUBLISHER,
        "byline": _BYLINE,
        "published_on": _PUBLISHED_ON,
        "language": _LANGUAGE,
        "structure": _STRUCTURE,
    },
    "claim": {
        "article": (
            *("article id", "article url", "article link", "in article", "artikel", "articulo"),
            *("artículo id", "url", "link"),
        ),
        "id": ("claim id", *_ID),
        "start": ("begin", "start offset", "offset start", "from", "anfang", "début", "inicio"),
        "end": ("end offset", "offset end", "to", "stop", "ende", "fin"),
        "exact": (
            *("quote", "claim", "claim text", "claim reviewed", "statement", "words", "text"),
            *("sentence", "behauptung", "aussage", "zitat", "affirmation", "citation"),
            *("déclaration", "afirmación", "cita", "declaración"),
        ),
        "prefix": ("text before", "before"),
        "suffix": ("text after", "after"),
        "claimant": (
            *("speaker", "said by", "claimed by", "claim author", "made by", "who", "person"),
            *("sprecher", "gesagt von", "auteur", "locuteur", "dit par", "orador", "dicho por"),
            "autor",
        ),
        "status": ("state", "claim status", "zustand", "statut", "état", "estado"),
        "note": ("notes", "comment", "comments", "remark", "notiz", "remarque", "nota"),
        "evidence": ("belege", "preuves", "pruebas"),
        "attribution": ("attribution chain", "attributed to", "zuschreibung", "atribución"),
        "verdicts": ("reviews",),
        "source": ("evidence source", "source name", "quelle", "fuente"),
        "relation": ("evidence relation", "stance", "beziehung", "relación"),
        "evidence_url": (
            *("source url", "evidence link", "source link", "proof", "beleg", "preuve", "prueba"),
            "reference",
        ),
        "passage": ("evidence text", "evidence quote", "excerpt", "textstelle", "extrait"),
        "rating": (
            *("verdict", "label", "truth rating", "conclusion", "textual rating", "result"),
            *("urteil", "bewertung", "verdikt", "évaluation", "note de véracité", "veredicto"),
            *("calificación", "veracidad"),
        ),
        "attribution_accuracy": ("accuracy", "quote accuracy", "attribution rating"),
        "rationale": (
            *("explanation", "justification", "reasoning", "reason", "why", "analysis"),
            *("begründung", "erklärung", "explication", "raison", "justificación"),
            "explicación",
        ),
        "reviewer": (
            *("checker", "fact checker", "checked by", "reviewed by", "prüfer", "geprüft von"),
            *("vérificateur", "vérifié par", "verificador", "verificado por"),
        ),
        "decided_at": (
            *("decided on", "decided", "checked on", "checked at", "review date", "date reviewed"),
            *("verdict date", "reviewed at", "reviewed on", "date", "geprüft am", "vérifié le"),
            "fecha",
        ),
    },
    "source": {
        "id": ("source id", *_ID),
        "name": (
            *("source", "source name", "bezeichnung", "quelle", "nom"),
            *("nombre", "fuente"),
        ),
        "kind": ("type", "category", "source type", "art", "typ", "catégorie", "tipo", "clase"),
        "aliases": (
            *("alias", "other names", "also known as", "aka", "alternative names", "synonyms"),
            *("andere namen", "autres noms", "otros nombres"),
        ),
        "homepage": (
            "website",
            "url",
            "home page",
            "web site",
            "site",
            "link",
            "webseite",
            "sitio",
        ),
        "protected": ("confidential", "anonymous", "secret", "geschützt", "protégé", "protegida"),
    },
    "document": {
        "id": ("document id", *_ID),
        "source": ("source name", "publisher", *_PUBLISHER),
        "title": _TITLE,
        "text": ("document text", *_TEXT),
        "url": ("document url", *_URL),
        "byline": _BYLINE,
        "published_on": _PUBLISHED_ON,
        "language": _LANGUAGE,
        "retrieved_at": (
            *("retrieved", "retrieved on", "accessed", "access date", "accessed on", "captured at"),
            *("abgerufen", "abgerufen am", "consulté le", "consultado"),
        ),
        "structure": _STRUCTURE,
    },
}
