"""Which fields of participants are written in several languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import Participant, Region


@register(Region)
class RegionTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("es",)


@register(Participant)
class ParticipantTranslation(TranslationOptions):
    fields = ("name", "full_name", "logo_text")
    required_languages = {"es": ("name",)}
