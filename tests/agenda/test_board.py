"""The board in a real browser: carried by pointer, by key, by touch; warned of clashes; two people on it at once."""

import datetime as dt

import pytest

from agenda.models import Session
from tests import browser, factories
from tests.browser import until

pytestmark = pytest.mark.django_db(transaction=True)
TIME = dt.time.fromisoformat
SAID = "document.getElementById('dicho').textContent"


@pytest.fixture
def of():
    made = factories.small()
    factories.day(made, factories.SATURDAY)
    return made


def signed_in(context, server, client, person):
    client.force_login(person, backend="accounts.backends.Memberships")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])


@pytest.fixture
def board(live_server, client, of):
    with browser.page(locale="es-ES", viewport={"width": 1280, "height": 1000}) as page:
        person = factories.user("organiser", name="Ana Beltrán")
        signed_in(page.context, live_server, client, person)
        wrong = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{live_server.url}/admin/t/{of.slug}/horario/")
        yield page
        wrong = [one for one in wrong if "ERR_INTERNET_DISCONNECTED" not in one]
        assert wrong == []  # the policy refused nothing, and nothing broke


def block(page, title):
    return page.locator(".block", has_text=title).first


def link(page, title):
    return page.locator(".block a", has_text=title).first


def carry(page, title, dx=0, dy=0):
    box = block(page, title).bounding_box()
    x, y = box["x"] + 60, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=3)
    page.mouse.move(x + dx, y + dy, steps=3)
    until(page, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")


def times(title):
    row = Session.objects.get(title_es=title)
    return f"{row.start:%H:%M}", f"{row.end:%H:%M}", row.day.date


def test_a_session_is_dragged_to_another_hour(board):
    carry(board, "Pausa café", dy=6 * 8)
    board.mouse.up()
    until(board, SAID + ".includes('11h30–12h00')")
    assert times("Pausa café") == ("11:30", "12:00", factories.FRIDAY)


def test_a_session_is_dragged_to_another_day(board):
    lane = board.locator(".lane").nth(1).bounding_box()
    here = block(board, "Pausa café").bounding_box()
    carry(board, "Pausa café", dx=lane["x"] - here["x"])
    board.mouse.up()
    until(board, SAID + ".includes('Sin choques')")
    assert times("Pausa café")[2] == factories.SATURDAY


def test_a_clash_is_said_while_it_is_carried_and_ways_out_where_it_is_dropped(board, of):
    factories.session(of.days.first(), "12:00", "12:30", "Riberas", place="Sala A")
    board.reload()
    carry(board, "Riberas", dy=-18 * 8)
    assert "Cuencas" in board.locator("#hand-said").inner_text()
    board.mouse.up()
    until(board, "document.querySelectorAll('#hand-acts button').length === 3")
    board.locator("#hand-acts button").last.click()
    until(board, SAID + ".includes('Sin choques')")
    assert times("Riberas")[0] == "12:00"


def test_a_session_is_moved_stretched_and_left_by_key_and_each_step_is_said(board):
    link(board, "Pausa café").focus()
    board.keyboard.press("Space")
    until(board, SAID + ".includes('tomada')")
    board.keyboard.press("ArrowDown")
    until(board, SAID + ".includes('11h05–11h35')")
    board.keyboard.press("Shift+ArrowDown")
    until(board, SAID + ".includes('11h05–11h40')")
    board.keyboard.press("ArrowRight")
    until(board, SAID + ".includes('Sáb 8')")
    board.keyboard.press("Space")
    until(board, SAID + ".includes('Sin choques')")
    assert times("Pausa café") == ("11:05", "11:40", factories.SATURDAY)
    assert "Pausa café" in board.evaluate("document.activeElement.textContent")  # the focus went along


def test_escape_puts_a_session_back_and_nothing_is_saved(board):
    link(board, "Pausa café").focus()
    for key in ("Space", "ArrowDown", "ArrowRight", "Escape"):
        board.keyboard.press(key)
    until(board, SAID + ".includes('vuelve a estar')")
    assert times("Pausa café") == ("11:00", "11:30", factories.FRIDAY)
    assert board.evaluate("document.activeElement.closest('.lane').dataset.lane") == "2018-09-07"


def test_enter_opens_the_session(board):
    link(board, "Pausa café").focus()
    board.keyboard.press("Enter")
    until(board, "location.pathname.includes('/session/')")


def test_a_session_is_doubled_and_deleted_with_the_buttons_and_undone(board, of):
    link(board, "Cuencas").focus()
    board.keyboard.press("Space")
    board.wait_for_timeout(450)
    board.locator("[data-do=double]").click()
    until(board, "document.querySelectorAll('.block').length === 4")
    link(board, "Pausa café").focus()
    board.keyboard.press("Space")
    board.wait_for_timeout(450)
    board.locator("[data-do=delete]").click()
    until(board, "document.querySelectorAll('.block').length === 3")
    board.locator(".line .undo button").first.click()
    until(board, "document.querySelectorAll('.block').length === 4")
    assert of.sessions.count() == 4


def test_what_a_colleague_does_is_drawn_on_the_open_board(board, of):
    row = of.sessions.get(title_es="Pausa café")
    row.place = "Patio de atrás"
    row.save()
    board.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(board, "document.getElementById('board').textContent.includes('Patio de atrás')")
    assert "cambió el horario" in board.evaluate(SAID)


def test_what_a_colleague_moved_meanwhile_is_said_and_stays(board, of):
    Session.objects.filter(title_es="Pausa café").update(start=TIME("11:10"))
    link(board, "Pausa café").focus()
    for key in ("Space", "ArrowUp", "Space"):
        board.keyboard.press(key)
    until(board, SAID + ".includes('No se cambió nada')")
    assert times("Pausa café")[0] == "11:10"
    assert "11h10" in block(board, "Pausa café").inner_text()


def test_without_connection_the_session_goes_back_and_it_is_said(board):
    link(board, "Pausa café").focus()
    board.keyboard.press("Space")
    board.keyboard.press("ArrowDown")
    board.context.set_offline(True)
    board.keyboard.press("Space")
    until(board, SAID + ".includes('No hay conexión')")
    assert "11h00–11h30" in block(board, "Pausa café").inner_text()
    board.context.set_offline(False)


@pytest.mark.parametrize("size", [(390, 844), (1024, 768)])
def test_by_touch_a_tap_takes_a_session_and_buttons_move_it(live_server, client, of, size):
    width, height = size
    with browser.page(locale="es-ES", viewport={"width": width, "height": height}, has_touch=True) as page:
        signed_in(page.context, live_server, client, factories.user("organiser"))
        page.goto(f"{live_server.url}/admin/t/{of.slug}/horario/")
        block(page, "Pausa café").tap(position={"x": 30, "y": 12})
        until(page, "!document.getElementById('hand').hidden")
        page.wait_for_timeout(450)
        page.locator("[data-do='5']").tap()
        page.locator("[data-do=drop]").tap()
        until(page, SAID + ".includes('Sin choques')")
        assert times("Pausa café")[0] == "11:05"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_room_is_a_lane_and_a_session_carried_there_takes_it(live_server, client, of):
    on = of.days.first()
    factories.session(on, "09:30", "10:00", "Riberas", place="Sala B")
    with browser.page(locale="es-ES", viewport={"width": 1280, "height": 1000}) as page:
        signed_in(page.context, live_server, client, factories.user("organiser"))
        page.goto(f"{live_server.url}/admin/t/{of.slug}/horario/?por=salas&dia=2018-09-07")
        link(page, "Riberas").focus()
        for key in ("Space", "ArrowLeft", "Space"):
            page.keyboard.press(key)
        until(page, "document.querySelectorAll('#hand-acts button').length === 3")
        assert Session.objects.get(title_es="Riberas").place == "Sala A"


def test_the_press_that_takes_a_session_presses_no_button_of_the_panel(board, of):
    taken = """() => {
        const link = [...document.querySelectorAll('.block a')].find((one) => one.textContent.includes('Pausa'));
        link.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
        document.querySelector('[data-do=delete]').click();
        return !document.getElementById('hand').hidden;
    }"""
    assert board.evaluate(taken)
    board.wait_for_timeout(300)
    assert of.sessions.count() == 3


@pytest.fixture
def waiting(of):
    factories.session(of.days.first(), None, None, "Por definir", part_of_day="morning")


def test_what_has_no_hour_is_dragged_onto_one(waiting, board):
    box = board.locator(".waiting").bounding_box()
    lane = board.locator(".lane").first.bounding_box()
    below = block(board, "Pausa café").bounding_box()
    board.mouse.move(box["x"] + 10, box["y"] + 10)
    board.mouse.down()
    board.mouse.move(lane["x"] + 60, below["y"] + 80, steps=4)
    board.mouse.move(lane["x"] + 60, below["y"] + 96 + 10, steps=4)  # an hour below the break's beginning
    until(board, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    board.mouse.up()
    until(board, SAID + ".includes('12h00–13h00')")
    assert times("Por definir") == ("12:00", "13:00", factories.FRIDAY)
    assert Session.objects.get(title_es="Por definir").part_of_day == ""


def test_what_has_no_hour_is_given_one_by_key_and_put_back_by_escape(waiting, board):
    board.locator(".waiting a").focus()
    for key in ("Space", "ArrowDown", "Escape"):
        board.keyboard.press(key)
    until(board, "document.activeElement.closest('.waiting')")
    assert Session.objects.get(title_es="Por definir").start is None
    for key in ("Space", "ArrowDown", "Space"):
        board.keyboard.press(key)
    until(board, SAID + ".includes('«Por definir»: ')")
    assert times("Por definir")[:2] == ("09:05", "10:05")


def test_a_mouse_takes_a_session_by_its_handle_and_the_panel_bins_it(board, of):
    block(board, "Pausa café").hover()
    block(board, "Pausa café").locator(".take").click()
    until(board, "!document.getElementById('hand').hidden")
    board.wait_for_timeout(450)
    board.locator("[data-do=delete]").click()
    until(board, SAID + ".includes('papelera')")
    assert of.sessions.count() == 2


def test_the_panel_leaves_a_phone_most_of_its_board_and_says_no_keys(live_server, client, of):
    with browser.page(locale="es-ES", viewport={"width": 390, "height": 844}, has_touch=True) as page:
        signed_in(page.context, live_server, client, factories.user("organiser"))
        page.goto(f"{live_server.url}/admin/t/{of.slug}/horario/")
        block(page, "Cuencas").tap(position={"x": 30, "y": 12})
        until(page, "!document.getElementById('hand').hidden")
        assert page.locator("#hand").bounding_box()["height"] < 844 / 3
        assert not page.locator("#hand-keys").is_visible()
        page.wait_for_timeout(450)
        page.locator("[data-do=open]").tap()
        until(page, "location.pathname.includes('/change/')")
