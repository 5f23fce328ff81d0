import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.notes import clock


def t(hour, minute=0):
    return dt.time(hour, minute)


@pytest.mark.parametrize(
    ("text", "start", "end", "rest"),
    [
        ("9h00", t(9), None, ""),
        ("9h30-9h45", t(9, 30), t(9, 45), ""),
        ("14h30- 17h30", t(14, 30), t(17, 30), ""),
        ("9.30 a 10 hs", t(9, 30), t(10), ""),
        ("12 a 13.30 hs", t(12), t(13, 30), ""),
        ("De 9:00 a 9:30", t(9), t(9, 30), ""),
        ("14 h 00 – 16 h 30", t(14), t(16, 30), ""),
        ("14H00", t(14), None, ""),
        ("2 - 3:30 pm", t(14), t(15, 30), ""),
        ("2:15 - 3:30 pm", t(14, 15), t(15, 30), ""),
        ("9 to 5 pm", t(9), t(17), ""),
        ("10:30 - 1 pm", t(10, 30), t(13), ""),
        ("11 am - 1 pm", t(11), t(13), ""),
        ("8 - 9 am", t(8), t(9), ""),
        ("11 - 12 noon", t(11), t(12), ""),
        ("12 pm", t(12), None, ""),
        ("12:30 am", t(0, 30), None, ""),
        ("1 am", t(1), None, ""),
        ("1 pm", t(13), None, ""),
        ("12 - 1 pm", t(12), t(13), ""),
        ("22h00 - 24h00", t(22), t(0), ""),
        ("22 a 24 hs", t(22), t(0), ""),
        ("22:00 – 00:00 Baile", t(22), t(0), "Baile"),
        ("12:00 noon", t(12), None, ""),
        ("10:00 Registro", t(10), None, "Registro"),
        ("14 a 13 hs", t(14), t(13), ""),
    ],
)
def test_a_time_is_read_as_people_write_it(text, start, end, rest):
    assert clock.read(text) == clock.Times(start, end, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1530",
        "2018",
        "25h00",
        "9h75",
        "6 a 8 personas",
        "Registro",
        "MAÑANA",
        "7 y 8",
        "24h00",
        "22h00-24h01",
        "13 pm",
        "0 am",
        "9 - 13 pm",
    ],
)
def test_what_is_no_time_is_not_read_as_one(text):
    assert clock.read(text) is None


@given(st.times(), st.times(), st.sampled_from(["{0.hour}h{0.minute:02}", "{0.hour}:{0.minute:02}", "{0.hour:02}.{0.minute:02}"]),
       st.sampled_from(["-", " - ", " a ", "–", " à ", " to "]))  # fmt: skip
def test_every_range_of_every_notation_comes_back(start, end, notation, to):
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    assert clock.read(notation.format(start) + to + notation.format(end)) == clock.Times(start, end)


@given(st.text())
def test_no_text_breaks_the_reader(text):
    found = clock.read(text)
    assert found is None or isinstance(found.start, dt.time)
