"""Which fields of the agenda are written in several languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import Axis, Convener, Day, Item, Moderator, Section, Session, Workshop


@register(Workshop)
class WorkshopTranslation(TranslationOptions):
    fields = ("series", "title", "city", "venue")
    required_languages = {"es": ("title",)}


@register(Day)
class DayTranslation(TranslationOptions):
    fields = ("label",)


@register(Axis)
class AxisTranslation(TranslationOptions):
    fields = ("title", "description")
    required_languages = {"es": ("title",)}


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "description")
    required_languages = {"es": ("title",)}


@register(Item)
class ItemTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("es",)


@register(Moderator)
class ModeratorTranslation(TranslationOptions):
    fields = ("institution",)


@register(Convener)
class ConvenerTranslation(TranslationOptions):
    fields = ("led_by",)


@register(Section)
class SectionTranslation(TranslationOptions):
    fields = ("title", "body")
    required_languages = {"es": ("title",)}
