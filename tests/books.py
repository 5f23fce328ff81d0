"""Workbooks for tests: out of the database, and back into it as an organiser would bring them."""

import io

import xlsxwriter

from agenda import plans
from agenda.resources.book import SHOWN, Book, Rights
from sheets.problems import TableError


def export(kind="csv", *sheets, languages=()):
    """A file of these sheets (all, where none is named) with the rows of all workshops."""
    book = Book()
    book.load(book.workshops)
    return book.export(kind, sheets or SHOWN, languages)


def look(data, answers=None, user=None, name=""):
    """The plan of what the file would change."""
    return Book(Rights(user), answers).look(data, name)


def bring(data, answers=None, name=""):
    """Take the file over; the counts of new, changed and gone rows, and of those that stay. Problems are raised."""
    plan = look(data, answers, name=name)
    if plan.problems:
        raise TableError(*plan.problems)
    assert plan.ready, [question.text for question in plan.questions]
    plans.apply(plan, "sheet")
    return (*(sum(row.act == act for row in plan.rows) for act in ("new", "changed", "gone")), plan.same)


def problems(data, answers=None):
    """What is wrong with the file, each in a sentence with its place; [] where nothing is."""
    try:
        return [str(problem) for problem in look(data, answers).problems]
    except TableError as error:
        return [str(problem) for problem in error.problems]


def asked(data, answers=None):
    """The questions that the file leaves open."""
    plan = look(data, answers)
    return [question for question in plan.questions if question.key in plan.unanswered]


def csv(*rows):
    return "\n".join(rows).encode()


def xlsx(**sheets):
    """A workbook with these sheets: name -> rows of values; dates, times, numbers and truth values as such."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    page.write(number, column, cell)
    return file.getvalue()
