"""The WSGI application. Plain WSGI: any server runs it; `manage.py serve` uses granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taller.settings")

django = get_wsgi_application()

from agenda.ready import Ready  # noqa: E402  its models need Django set up

application = Ready(django)
