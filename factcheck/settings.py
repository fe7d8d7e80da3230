"""Settings. Every environment variable read here is explained in docs/operations.md."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from factcheck import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("FACTCHECK_VAR", BASE_DIR / "var"))


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def kept_secret(name: str) -> str:
    """A random secret made at the first start and kept for the next ones."""
    path = VAR / name
    if not path.exists():
        VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Linked into place whole: of two processes that start at once, one wins and both read it.
        with tempfile.NamedTemporaryFile("w", dir=VAR) as new:
            new.write(secrets.token_urlsafe(64))
            new.flush()
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(new.name)
    return path.read_text()


DEBUG = flag("FACTCHECK_DEBUG")
HTTPS = flag("FACTCHECK_HTTPS")
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret("secret-key")
ALLOWED_HOSTS = words("FACTCHECK_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("FACTCHECK_ORIGINS")

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    # After auth: the role groups are made from the permissions that auth makes.
    "articles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "articles.middleware.SamePersonMiddleware",
    "articles.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or embedded.database_url(VAR),
        conn_max_age=60,
        conn_health_checks=True,
    ),
}
# Server-side cursors and session state do not survive PgBouncer's transaction mode.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = flag("FACTCHECK_PGBOUNCER")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all web processes, so that sign-in rate limits count once and not per process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    },
}

# Draws plain widgets without templates.
FORM_RENDERER = "articles.forms.renderer.Renderer"

AUTH_USER_MODEL = "articles.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "articles.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "articles.accounts.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# No mail goes to an address just because somebody typed it in.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
# Sign-in limits count by address; behind proxies it is the one the first of ours saw.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("FACTCHECK_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Admins make the accounts and vouch for the addresses; there may be no mail server to verify them.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Factcheck"

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
if os.environ.get("FACTCHECK_SMTP_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["FACTCHECK_SMTP_HOST"]
    EMAIL_PORT = int(os.environ.get("FACTCHECK_SMTP_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("FACTCHECK_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("FACTCHECK_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = True
    EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("FACTCHECK_MAIL_FROM", "factcheck@localhost")
SITE_URL = os.environ.get("FACTCHECK_URL", "").rstrip("/")
# A digest is of use where it arrives, and where its links lead back to the site.
DIGESTS = bool(os.environ.get("FACTCHECK_SMTP_HOST") and SITE_URL)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = os.environ.get("FACTCHECK_TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "factcheck.static_storage.StaticFiles",
    },
}

# An article is at most a few megabytes. This counts what is typed; files have their own limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "articles.forms.uploads.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

FETCH_ALLOW = words("FACTCHECK_FETCH_ALLOW")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Whether its other subdomains speak HTTPS is for the newsroom to say, not for this site.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD_FACTORY = None
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "factcheck.logs.Discreet",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's own handlers would mail what was typed in a request that failed.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # They log the addresses of the pages they read, which may be a protected source's.
        **{name: {"level": "CRITICAL"} for name in ("trafilatura", "htmldate", "justext")},
    },
}
