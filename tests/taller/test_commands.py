import re
import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from agenda import clashes, programme, publishing
from agenda.models import Release, Workshop
from languages import CODES
from taller.management.commands import serve

pytestmark = pytest.mark.django_db


def run(*args, **options):
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_the_example_is_a_published_workshop_complete_in_four_languages():
    assert "taller-10" in run("load_example")
    of = Workshop.objects.get()
    trees = programme.build_all(of)
    assert [len(day.slots) for day in trees["es"].days] == [8, 6, 1]
    assert (
        len(trees["es"].listed),
        len(trees["es"].by_region),
        len(trees["es"].axes),
        len(trees["es"].conveners),
    ) == (29, 2, 3, 4)
    fallen = {language: [t.text for t in programme.texts(trees[language]) if t.lang != language] for language in CODES}
    assert fallen == {language: [] for language in CODES}
    assert {c.rule for c in clashes.check(trees["es"], trees.values())} == {"open-end", "gap"}
    assert Release.objects.get().number == 1


def test_the_example_comes_once():
    run("load_example")
    assert "There is a workshop already" in run("load_example")
    assert run("load_example", if_none=True) == ""
    assert Workshop.objects.count() == 1
    assert publishing.publish(Workshop.objects.get()) is None


def test_the_first_organiser_gets_a_password_once():
    out = run("make_organiser", "ana@example.org")
    user = User.objects.get()
    assert user.check_password(re.search(r"Password:\s+(\S+)", out)[1])
    assert user.emailaddress_set.get().verified
    assert user.has_perm("agenda.publish_workshop")
    assert run("make_organiser", "luis@example.org", if_none=True) == ""
    with pytest.raises(CommandError, match="has access already"):
        run("make_organiser", "ana@example.org")


def test_a_taken_port_gets_a_clear_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} of 127\.0\.0\.1 is not free .*make run PORT={port + 1}"):
            run("serve", port=port)


@pytest.mark.parametrize(("host", "address"), [("localhost", "127.0.0.1"), ("", "0.0.0.0"), ("127.0.0.1", "127.0.0.1")])  # noqa: S104
def test_a_host_is_any_name_of_this_machine(host, address):
    found = serve.Command().address(host, 8000)
    assert found == address or (host == "localhost" and found == "::1")


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("127.0.0.1", 0), ("no.such.host.example", 8000)])
def test_an_address_that_cannot_be_is_told_in_a_sentence(host, port):
    with pytest.raises(CommandError, match=r"is not a port|is no address"):
        serve.Command().address(host, port)


def test_of_two_starts_in_one_folder_the_second_says_that_the_first_runs(tmp_path):
    serve.Command().claim(tmp_path)
    with pytest.raises(CommandError, match="runs from this folder already"):
        serve.Command().claim(tmp_path)
