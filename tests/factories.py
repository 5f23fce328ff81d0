"""Small workshops for tests, made of real rows. Every function takes what matters to the test and fills the rest."""

import datetime as dt
import functools

from accounts.models import User
from agenda import publishing, ties
from agenda.models import Attendance, Axis, Convener, Day, Item, Moderator, Section, Session, Workshop
from agenda.programme import Moderator as Carrier
from agenda.programme import Slot
from edits.recording import acting
from languages import Text
from participants.models import Participant, Region

PASSWORD = "una-clave-larga"
FRIDAY, SATURDAY, MONDAY = dt.date(2018, 9, 7), dt.date(2018, 9, 8), dt.date(2018, 9, 10)


def together(make):
    """Decorator: the rows that a function makes are one edit."""

    @functools.wraps(make)
    def wrapper(*args, **kwargs):
        with acting():
            return make(*args, **kwargs)

    return wrapper


def time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None


def workshop(slug="taller-3", **fields):
    values = {"number": 3, "series_es": "Taller", "title_es": "Ríos que unen", "city_es": "Rosario", "country": "AR",
              "timezone": "Europe/Madrid", "venue_es": "Galpón 11", "address": "Avenida del Río 1"}  # fmt: skip
    return Workshop.objects.create(slug=slug, **{**values, **fields})


def day(of, date=FRIDAY, **fields):
    return Day.objects.create(workshop=of, date=date, **fields)


@together
def session(on, start="09:00", end="10:00", title="Bienvenida", items=(), people=(), **fields):
    fields = {"visibility": "everyone", **fields}
    made = Session.objects.create(day=on, start=time(start), end=time(end), title_es=title, **fields)
    bullets = [Item(session=made, position=position, text_es=text) for position, text in enumerate(items, 1)]
    if bullets:
        ties.tie(bullets, ties.names(on.workshop), "es")
    for bullet in bullets:
        bullet.save()
    for position, (role, institution) in enumerate(people, 1):
        Moderator.objects.create(session=made, position=position, role=role, institution_es=institution)
    return made


def slot(code, title, *args, **fields):
    """A row of a frozen tree, for everyone unless said otherwise; `title` is Spanish."""
    return Slot(code, Text(title, "es"), *args, **{"visibility": "everyone", **fields})


def carrier(institution, role="moderates"):
    """Who carries a row of a frozen tree."""
    return Carrier(role, Text(institution, "es"))


def region(name="América Latina y el Caribe", **fields):
    return Region.objects.get_or_create(name_es=name, defaults=fields)[0]


def participant(name="Quito", in_region=None, **fields):
    return Participant.objects.create(name_es=name, region=in_region, **fields)


def attend(of, who, number=1):
    return Attendance.objects.create(workshop=of, participant=who, number=number)


def axis(of, number=1, title="El agua", **fields):
    return Axis.objects.create(workshop=of, number=number, title_es=title, **fields)


@together
def small():
    """One day, one axis, three rows: a registration without end, a session with everything, a break."""
    of = workshop()
    on = day(of)
    water = axis(of, description_es="De dónde viene.")
    quito = participant("Quito", region())
    attend(of, quito, 1)
    Section.objects.create(workshop=of, kind="justification", title_es="Justificación", position=1,
                           body_es="El río une[^1].\n\n[^1]: A veces separa.")  # fmt: skip
    Convener.objects.create(workshop=of, participant=participant("UCCI", full_name_es="Unión"), role="convenes")
    session(on, "09:00", None, "Registro", kind="registration")
    talk = session(on, "09:30", "11:00", "Cuencas", ["Quito", "Preguntas"], axis=water, part=1, place="Sala A")
    Moderator.objects.create(session=talk, role="moderates", institution_es="Quito", participant=quito)
    session(on, "11:00", "11:30", "Pausa café", kind="break")
    return of


def large(count=1000):
    """`count` sessions on ten days, each with two items and a moderator, written in bulk."""
    of = workshop("grande", number=4)
    days = [day(of, FRIDAY + dt.timedelta(days=n)) for n in range(10)]
    axes = [axis(of, n, f"Eje {n}") for n in range(1, 4)]
    people = [participant(f"Ciudad {n}", region()) for n in range(1, 30)]
    for number, who in enumerate(people, 1):
        attend(of, who, number)
    sessions = Session.objects.bulk_create(
        Session(workshop=of, day=days[n % 10], code=f"s{n:04}", start=dt.time(8 + n // 10 % 12, n % 4 * 15),
                end=dt.time(9 + n // 10 % 12, n % 4 * 15), title=f"Sesión {n}", title_es=f"Sesión {n}",
                axis=axes[n % 3], place=f"Sala {n}", visibility="everyone")
        for n in range(count)
    )  # fmt: skip
    Item.objects.bulk_create(
        Item(
            session=s,
            position=p,
            text=f"Punto {p}",
            text_es=f"Punto {p}",
            participant=people[0] if s is sessions[0] else None,
        )
        for s in sessions
        for p in (1, 2)
    )
    Moderator.objects.bulk_create(
        Moderator(
            session=s,
            position=1,
            institution=f"Institución {s.code}",
            institution_es=f"Institución {s.code}",
            participant=people[n % 29],
            person=f"Persona {s.code}",
        )
        for n, s in enumerate(sessions)
    )
    return of


def published(of=None):
    of = of or small()
    return publishing.publish(of)


@together
def user(role="organiser", email="ana@example.org", of=None, **fields):
    """Somebody with access: with `role` in the workshop `of`, or in all."""
    made = User.objects.create_user(email, PASSWORD, **fields)
    if role:
        made.memberships.create(role=role, workshop=of)
    made.verify_email()
    return made


def roles_form(role, person=None, of=None):
    """What the form of a person with access sends of their roles: one, which they have already where `person` is given."""
    had = person.memberships.first() if person else None
    return {
        "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": int(bool(had)), "memberships-0-role": role,
        "memberships-0-workshop": of.pk if of else "", "memberships-0-id": had.pk if had else "",
        "memberships-0-user": person.pk if person else "",
    }  # fmt: skip


def enter(client, person):
    """Sign in with the password of user() and prove it anew, as the pages ask that change who gets in."""
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return person
