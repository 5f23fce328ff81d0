"""Dates in the English interface as the pages write them everywhere: 7 September 2018."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, G:i"
SHORT_DATETIME_FORMAT = "j M Y, G:i"
TIME_FORMAT = "G:i"
FIRST_DAY_OF_WEEK = 1
