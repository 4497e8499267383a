"""Django's settings: defaults that work, changed by environment variables only."""

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from hatangso.runtime import database, native, paths

BASE_DIR = paths.project_folder()
VAR_DIR = paths.var_folder()


def _secret_key() -> str:
    """Key from HATANGSO_SECRET_KEY, else from a file under var/ made once, readable by us only."""
    given = os.environ.get("HATANGSO_SECRET_KEY")
    if given:
        return given
    file = paths.secret_file()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(50))
    return file.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("HATANGSO_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("HATANGSO_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")

GDAL_LIBRARY_PATH = native.gdal_library()
GEOS_LIBRARY_PATH = native.geos_library()

DATABASES = {"default": database.settings()}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "hatangso.runtime",
    "hatangso.territory",
    "hatangso.organisations",
    "hatangso.records",
    "hatangso.catalogue",
    "hatangso.plans",
    "hatangso.inventory",
    "hatangso.intake",
    "hatangso.coverage",
    "hatangso.indicators",
    "hatangso.reports",
    "hatangso.web",
    "hatangso.api",
    "hatangso.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hatangso.web.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hatangso.api.access.AccessMiddleware",
]
ROOT_URLCONF = "hatangso.web.urls"
WSGI_APPLICATION = "hatangso.web.wsgi.application"
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["hatangso.organisations.sign_in.PersonBackend"]
PASSWORD_HASHERS = ["hatangso.organisations.passwords.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "hatangso.organisations.passwords.CommonVietnameseValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email", "phone")},
    },
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
SESSION_COOKIE_AGE = 12 * 3600
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "hatangso.web.context.site",
            ],
        },
    },
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = paths.files_folder()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Nothing is loaded from outside the machine, and no script or style stands inside a page. The
# map's images are made in the browser (blob:), and MapLibre's own sheet carries icons (data:).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("HATANGSO_HTTPS") == "1"
LOGIN_URL = "account:sign_in"
CSRF_FAILURE_VIEW = "hatangso.web.views_account.csrf_failure"
# Without a server of its own the site sends no e-mail; reminders then stand on the home alone.
EMAIL_HOST = os.environ.get("HATANGSO_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("HATANGSO_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("HATANGSO_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HATANGSO_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("HATANGSO_MAIL_TLS") == "1"
EMAIL_TIMEOUT = 30
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("HATANGSO_MAIL_FROM", "hatangso@localhost")
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Django's own default tells errors to the administrators by e-mail only.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
