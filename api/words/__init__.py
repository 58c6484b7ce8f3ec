"""The languages of the pages: their catalogues, and how each writes days, moments and numbers.

English is the language of the source; every other has gettext catalogues (``*.po``) in a folder
here, one per noun, read when the language is first asked for.
"""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

HERE = Path(__file__).parent
#: Each language with the locale by which it writes days and numbers: that of schools in California.
LOCALES = {"en": "en_US", "es": "es_US"}
#: What each language calls itself.
NAMES = {"en": "English", "es": "Español"}


class Language:
    """One language: its texts (``pdsa.words.Words``), and its way to write days and numbers."""

    def __init__(self, code: str) -> None:
        self.code, self.name = code, NAMES[code]
        self._locale = Locale.parse(LOCALES[code])

    # -- texts -----------------------------------------------------------------------------

    def text(self, msgid: str) -> str:
        """The text in this language; as it is where the catalogue does not have it."""
        return self._catalogue.gettext(msgid) if msgid else ""  # else what the catalogue is about

    def plural(self, one: str, many: str, n: int) -> str:
        """The text for so many."""
        return self._catalogue.ngettext(one, many, n)

    @cached_property
    def _catalogue(self) -> NullTranslations:
        found = catalogues(self.code)
        if not found:
            return NullTranslations()
        together = Catalog(locale=self._locale)
        for catalogue in found.values():
            for message in catalogue:
                if message.id:
                    together.add(message.id, message.string, context=message.context)
        compiled = BytesIO()
        write_mo(compiled, together)
        compiled.seek(0)
        return GNUTranslations(compiled)

    # -- days, moments, numbers ------------------------------------------------------------

    def day(self, day: date) -> str:
        """A day in full: ``12 January 2018``."""
        form = "d MMMM y" if self.code == "en" else "d 'de' MMMM 'de' y"
        return format_date(day, form, locale=self._locale)

    def short_day(self, day: date) -> str:
        """A day where there is little room: ``Fri, Jan 12``."""
        return format_skeleton("MMMEd", day, locale=self._locale)

    def month(self, day: date) -> str:
        """A month: ``January 2018``."""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def moment(self, moment: datetime, zone: tzinfo | None) -> str:
        """A moment by the clock of the district: ``12 Jan 2018, 3:05 PM``."""
        return format_datetime(moment.astimezone(zone), "d MMM y, h:mm a", locale=self._locale)

    def time(self, moment: datetime, zone: tzinfo | None) -> str:
        """The time of day: ``3:05 PM``."""
        return format_time(moment.astimezone(zone), "h:mm a", locale=self._locale)

    def number(self, value: float) -> str:
        """A number with the signs of the locale."""
        return format_decimal(value, locale=self._locale)


@cache
def language(code: str) -> Language:
    """One of ``LOCALES``, made when it is first asked for."""
    return Language(code)


def languages() -> Sequence[Language]:
    """Every language, English first."""
    return [language(code) for code in LOCALES]


def catalogues(code: str) -> dict[str, Catalog]:
    """The catalogues of a language by the noun that each is about."""
    found = {}
    for path in sorted((HERE / code).glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale=LOCALES[code])
    return found


def preferred(chosen: str | None, accepted: str) -> Language:
    """The language that was chosen, else the first of ``Accept-Language`` that there is, else English."""
    if chosen in LOCALES:
        return language(chosen)
    wanted: list[tuple[float, int, str]] = []
    for at, part in enumerate(accepted.split(",")[:20]):
        name, _, rest = part.partition(";")
        code = name.strip().lower().partition("-")[0]
        if code in LOCALES:
            try:
                quality = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
            except ValueError:
                continue
            if quality > 0:
                wanted.append((-quality, at, code))
    return language(min(wanted)[2] if wanted else "en")
