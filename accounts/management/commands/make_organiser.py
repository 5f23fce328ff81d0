import secrets

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role


class Command(BaseCommand):
    help = "Makes an organiser with a verified e-mail address and a random password, printed once."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--if-none", action="store_true", help="do nothing where somebody has access already")

    def handle(self, *args, email, if_none, **options):
        if if_none and User.objects.exists():
            return
        if User.objects.filter(email=email.lower()).exists():
            raise CommandError(f"{email} has access already.")
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(email, password, name=_("Organisation"))
        user.memberships.create(role=Role.ORGANISER)
        user.verify_email()
        self.stdout.write(f"Organiser: {email}\nPassword:  {password}   (shown only now)")
