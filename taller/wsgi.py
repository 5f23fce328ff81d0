"""The WSGI application. Plain WSGI: any server runs it; `manage.py serve` uses granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taller.settings")

application = get_wsgi_application()
