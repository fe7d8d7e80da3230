import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

application = get_wsgi_application()

# The views too are loaded here, once for all workers. What is loaded by now is never let go: the
# garbage collector, which would look through it again and again for a fifth of a second each
# time, need not look.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
