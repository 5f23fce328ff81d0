"""Which fields of the agenda are written in several languages. Which must be: agenda/models/source.py."""

from modeltranslation.translator import TranslationOptions, register

from .models import Axis, Convener, Day, Item, Moderator, Section, Session, Workshop


@register(Workshop)
class WorkshopTranslation(TranslationOptions):
    fields = ("series", "title", "city", "venue")


@register(Day)
class DayTranslation(TranslationOptions):
    fields = ("label",)


@register(Axis)
class AxisTranslation(TranslationOptions):
    fields = ("title", "description")


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "description")


@register(Item)
class ItemTranslation(TranslationOptions):
    fields = ("text",)


@register(Moderator)
class ModeratorTranslation(TranslationOptions):
    fields = ("institution",)


@register(Convener)
class ConvenerTranslation(TranslationOptions):
    fields = ("led_by",)


@register(Section)
class SectionTranslation(TranslationOptions):
    fields = ("title", "body")
