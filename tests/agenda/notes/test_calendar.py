import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.notes import calendar

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "weekday", "day", "month", "year"),
    [
        ("VIERNES 7 DE SEPTIEMBRE", 4, 7, 9, None),
        ("Friday, September 7th, 2018", 4, 7, 9, 2018),
        ("Sexta-feira, 7 de setembro de 2018", 4, 7, 9, 2018),
        ("Vendredi 7 septembre", 4, 7, 9, None),
        ("1º de mayo", None, 1, 5, None),
    ],
)
def test_a_day_is_read_in_four_languages(text, weekday, day, month, year):
    found = calendar.read_day(text)
    assert (found.weekday, found.day, found.month, found.year, found.label) == (
        weekday,
        day,
        month,
        year,
        text,
    )


def test_a_day_without_month_keeps_its_remark_and_is_optional():
    found = calendar.read_day("LUNES 10 (programación opcional)")
    assert (found.day, found.month, found.remark, found.optional) == (10, None, "programación opcional", True)


@pytest.mark.parametrize("text", ["MAÑANA", "10", "Lunes a las 9", "7 y 8", "V. PARTICIPANTES:", "32 de mayo", ""])
def test_what_names_no_day_is_no_heading_of_a_day(text):
    assert calendar.read_day(text) is None


def headings(*texts):
    return [calendar.read_day(text) for text in texts]


def test_the_years_that_fit_the_weekdays_are_named():
    note = headings("VIERNES 7 DE SEPTIEMBRE", "SÁBADO 8 DE SEPTIEMBRE", "LUNES 10 (opcional)")
    assert calendar.years_that_fit(note, TODAY) == [2012, 2018, 2029]


def test_a_day_without_month_follows_the_one_before_it_over_the_end_of_a_month():
    note = headings("VIERNES 30 DE NOVIEMBRE", "SÁBADO 1", "DOMINGO 2")
    assert calendar.resolve(note, 2018) == [dt.date(2018, 11, 30), dt.date(2018, 12, 1), dt.date(2018, 12, 2)]


def test_days_over_new_year_are_in_two_years():
    note = headings("LUNES 31 DE DICIEMBRE", "MARTES 1 DE ENERO")
    assert calendar.resolve(note, 2018) == [dt.date(2018, 12, 31), dt.date(2019, 1, 1)]


def test_a_year_whose_weekdays_differ_does_not_fit():
    assert calendar.resolve(headings("VIERNES 7 DE SEPTIEMBRE"), 2019) is None


@given(st.dates(dt.date(2000, 1, 1), dt.date(2039, 12, 31)))
def test_every_date_written_out_in_spanish_comes_back(date):
    weekdays = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]
    months = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"]  # fmt: skip
    text = f"{weekdays[date.weekday()]} {date.day} de {months[date.month - 1]} de {date.year}"
    assert calendar.resolve(headings(text.upper()), date.year) == [date]


@given(st.text())
def test_no_text_breaks_the_reader(text):
    calendar.read_day(text)
    calendar.split_dates(text)
    calendar.read_year(text)
