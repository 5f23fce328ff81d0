"""The application on granian's RSGI interface, as `manage.py serve` runs it."""

from accounts.sessions import is_signed_in
from taller.front import Front
from taller.wsgi import django, ready

application = Front(django, ready, is_signed_in)
