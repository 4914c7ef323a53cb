"""Recognizes the columns of an attendance list, and the words for joining and leaving.

Programs translate their headings and change them over the years. So a heading is recognized by the
beginning of its words in English, German or Spanish. Examples are "First Join", "Erste Teilnahme",
"Hora de la primera unión". The English words come from lists of Teams, Zoom and GoTo. The German
and Spanish words are the usual translations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["joined", "before", "left"]

_NAMES = frozenset(
    "name fullname username participant participantname attendee attendeename displayname "  # noqa: SIM905  # a list of words reads worse
    "vollstandigername vollstaendigername teilnehmer teilnehmername anzeigename benutzername "
    "nombre nombrecompleto participante nombredelparticipante nombredeusuario asistente".split()
)
_EMAILS = frozenset(
    "email emailaddress useremail emailadresse correo correoelectronico "  # noqa: SIM905  # a list of words reads worse
    "direcciondecorreoelectronico".split()
)
_ACTIONS = frozenset(
    "action useraction event benutzeraktion aktion ereignis accion acciondelusuario "  # noqa: SIM905  # a list of words reads worse
    "acciondeusuario evento".split()
)
_INSTANTS = frozenset(
    "timestamp time date datetime utceventtimestamp zeitstempel zeit uhrzeit datum zeitpunkt "  # noqa: SIM905  # a list of words reads worse
    "marcadetiempo marcatemporal fecha hora fechayhora".split()
)
_COMING = (
    *("join", "enter", "arriv", "checkin"),
    *("beitritt", "beigetreten", "teilnahme", "teilgenommen", "eintritt", "einstieg", "betreten"),
    *("union", "unio", "unid", "entrada", "entro", "ingres", "incorpora", "acceso"),
)
_GOING = (
    *("leave", "left", "exit", "depart", "checkout"),
    *("verlass", "austritt", "ausgetreten", "ausstieg", "abgang"),
    *("salida", "salio", "salido", "abandon", "ausencia"),
)
_EARLIER = ("before", "already", "vor", "zuvor", "bereits", "antes", "previamente", "ya")
_LASTING = ("duration", "dauer", "duracion", "minutes", "minuten", "minutos", "timeinsession")
_OF_ALL = ("first", "erste", "primer")


@dataclass(frozen=True, slots=True)
class Columns:
    """The numbers of the columns in a table.

    Attributes:
        name, email: The person. At least one of the two exists.
        action, at: In a table with one row for each arrival and departure.
        joins, leaves, lasts: In a table with one row for each stay.
        lasts_minutes: Whether a number without unit in the column `lasts` is minutes, not seconds.
        sums_up: Whether each person has one row, from the first arrival to the last departure.
    """

    name: int | None
    email: int | None
    action: int | None
    at: int | None
    joins: int | None
    leaves: int | None
    lasts: int | None
    lasts_minutes: bool
    sums_up: bool

    @property
    def is_whole(self) -> bool:
        """Whether there are columns for arrivals and departures: then it is surely a heading."""
        return self.at is not None or self.leaves is not None

    @property
    def needed(self) -> int:
        """The least number of fields in a record."""
        wanted = (self.name or self.email, self.action, self.at, self.joins)
        return 1 + max(column for column in wanted if column is not None)


def columns_of(fields: Sequence[str]) -> Columns | None:
    """The columns if the record is a heading. None: it is not."""
    letters = [_letters(field) for field in fields]
    joins, leaves = _first(fields, _is_coming), _first(fields, _is_going)
    lasts = _first(fields, _is_lasting)
    columns = Columns(
        name=_among(letters, _NAMES),
        email=_among(letters, _EMAILS),
        action=_among(letters, _ACTIONS),
        at=_among(letters, _INSTANTS),
        joins=joins,
        leaves=leaves,
        lasts=lasts,
        lasts_minutes=lasts is not None and "minut" in letters[lasts],
        sums_up=joins is not None and _begins(fields[joins], _OF_ALL),
    )
    return columns if _is_heading(columns) else None


def kind_of(action: str) -> Kind | None:
    """The meaning of a text in the column of actions. None: it is unknown."""
    if _begins(action, _COMING):
        return "before" if _begins(action, _EARLIER) else "joined"
    return "left" if _begins(action, _GOING) else None


def _is_heading(columns: Columns) -> bool:
    names_people = columns.name is not None or columns.email is not None
    has_moves = columns.action is not None and columns.at is not None
    return names_people and (has_moves or columns.joins is not None)


def _among(letters: Sequence[str], known: frozenset[str]) -> int | None:
    return next((n for n, word in enumerate(letters) if word in known), None)


def _first(fields: Sequence[str], is_it: Callable[[str], bool]) -> int | None:
    return next((n for n, field in enumerate(fields) if is_it(field)), None)


def _is_coming(field: str) -> bool:
    return _begins(field, _COMING) and not _is_lasting(field)


def _is_going(field: str) -> bool:
    return _begins(field, _GOING) and not _is_lasting(field)


def _is_lasting(field: str) -> bool:
    return any(word in _letters(field) for word in _LASTING)


def _begins(field: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a word of `field` begins with one of `beginnings`."""
    return any(word.startswith(beginnings) for word in _words(field))


def _words(field: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", _plain(field))


def _letters(field: str) -> str:
    """The text without spaces, signs and brackets, so that `Name (Original Name)` is `name`."""
    return "".join(_words(re.sub(r"\((?!minut).*?\)", "", field, flags=re.IGNORECASE)))


def _plain(field: str) -> str:
    """The text in lower case, without accents."""
    return unicodedata.normalize("NFKD", field.casefold()).encode("ascii", "ignore").decode()
