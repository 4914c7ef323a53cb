"""Renders an invoice as an HTML page for screen and print, in the reader's language, no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fullhouse.domain.invoices import Invoice
from fullhouse.domain.money import Money, in_major_units, minor_digits
from fullhouse.domain.plans import Catalogue, Rate
from fullhouse.domain.proration import Line
from fullhouse.edge.http.invoice_texts import TEXTS, Texts
from fullhouse.edge.http.preferences import preferred

_PACKAGE = "fullhouse.edge.http"
_STYLE = (files(_PACKAGE) / "templates" / "invoice.css").read_text(encoding="utf-8")

# The hash of the style, so that a page that embeds an invoice can allow this style only.
STYLE_SOURCE = f"'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"

# The page contains the policy too, so it also applies in a saved file or an embedding page.
POLICY = f"default-src 'none'; style-src {STYLE_SOURCE}; base-uri 'none'; form-action 'none'"

_templates = Environment(
    loader=PackageLoader(_PACKAGE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the invoice, as printed."""

    item: str
    quantity: str
    old_price: str
    new_price: str
    days: str
    amount: str


@dataclass(frozen=True, slots=True)
class Page:
    """All printed texts, in the form of the reader's language and country."""

    language: str
    number: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    shows_old_price: bool
    total: str
    rule: str
    is_past_due: bool
    is_carried_over: bool
    sums: tuple[tuple[str, str], ...]


def locale_of(accept_language: str) -> Locale:
    """The first language in the header that has texts, with its country. English if none has."""
    for tag in preferred(accept_language):
        for name in (tag, tag.partition("-")[0]):
            locale = _locale(name)
            if locale and locale.language in TEXTS:
                return locale
    return Locale("en")


def invoice_html(invoice: Invoice, catalogue: Catalogue, locale: Locale) -> str:
    """The whole document.

    Args:
        invoice: The invoice to show.
        catalogue: Names of plans, for charges of earlier versions, which have no names.
        locale: The language, one of `TEXTS`, and the country, for the form of dates and numbers.
    """
    texts = TEXTS[locale.language]
    page = _Writer(invoice, catalogue, locale, texts).page()
    template = _templates.get_template("invoice.html")
    return template.render(page=page, texts=texts, style=Markup(_STYLE), policy=POLICY)  # noqa: S704  # ours


def _locale(name: str) -> Locale | None:
    try:
        return Locale.parse(name, sep="-")
    except (ValueError, UnknownLocaleError):
        return None


@dataclass(frozen=True, slots=True)
class _Writer:
    invoice: Invoice
    catalogue: Catalogue
    locale: Locale
    texts: Texts

    def page(self) -> Page:
        charge = self.invoice.charge
        day = self._date(charge.charged_on)
        return Page(
            language=str(self.locale).replace("_", "-"),
            number=self.invoice.number,
            facts=tuple(self._facts()),
            rows=tuple(map(self._row, charge.lines)),
            shows_old_price=charge.basis.old is not None,
            total=self._money(charge.amount.amount),
            rule=self.texts.rule.format(version=charge.rule_version, day=day),
            is_past_due=self.invoice.is_past_due,
            is_carried_over=self.invoice.is_carried_over,
            sums=tuple(self._sums()),
        )

    def _sums(self) -> Iterator[tuple[str, str]]:
        """The earlier invoices collected with this one, and its refunds and disputes."""
        collects = self.invoice.collects
        for earlier in collects:
            label = self.texts.collects.format(number=earlier.number)
            yield label, self._money(earlier.amount.amount)
        if collects:
            total = self.invoice.charge.amount.amount + sum(e.amount.amount for e in collects)
            yield self.texts.collected, self._money(total)
        reversal = self.invoice.reversal
        if reversal.refunded:
            yield self.texts.refunded, self._money(-reversal.refunded.amount)
        for dispute in reversal.disputes:
            label = f"{self.texts.disputed} ({self.texts.disputes[dispute.status]})"
            yield label, self._money(dispute.amount.amount)

    def _facts(self) -> list[tuple[str, str]]:
        charge, texts = self.invoice.charge, self.texts
        facts = [
            (texts.account, self.invoice.account),
            (texts.issued_on, self._date(charge.charged_on)),
            (texts.kind, texts.kinds[charge.kind]),
            (texts.billing_period, self._period()),
        ]
        if charge.basis.promo_codes:
            facts.append((texts.promo_codes, self._promo_codes()))
        return facts

    def _period(self) -> str:
        period = self.invoice.charge.basis.period
        return self.texts.period.format(
            first=self._date(period.start),
            last=self._date(period.end - timedelta(days=1)),
            days=self._whole(period.days),
        )

    def _promo_codes(self) -> str:
        return ", ".join(
            f"{promo.code} ({self._percent(-promo.percent_off)})"
            for promo in self.invoice.charge.basis.promo_codes
        )

    def _row(self, line: Line) -> Row:
        return Row(
            item=self._item(line),
            quantity=self._whole(line.quantity),
            old_price=self._money(line.old_price),
            new_price=self._money(line.new_price),
            days=self.texts.days_of.format(
                days=self._whole(line.days_remaining), all_days=self._whole(line.days_in_period)
            ),
            amount=self._money(line.amount),
        )

    def _item(self, line: Line) -> str:
        basis = self.invoice.charge.basis
        name = self._plan_name(basis.new)
        if line.item == "plan" and basis.old:
            old_name = self._plan_name(basis.old)
            return self.texts.changed_plan.format(name=name, old_name=old_name)
        return self.texts.items[line.item].format(name=name)

    def _plan_name(self, rate: Rate) -> str:
        """The name of the plan as bought. Charges of earlier versions have only the id."""
        listed = self.catalogue.find(rate.plan)
        return rate.name or (listed.name if listed else rate.plan)

    def _money(self, amount: int) -> str:
        money = Money(amount, self.invoice.charge.currency)
        return format_currency(
            in_major_units(money),
            money.currency,
            format=_pattern(self.locale, money.currency),
            locale=self.locale,
            currency_digits=False,
        )

    def _date(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale)

    def _percent(self, percent: int) -> str:
        return format_percent(Decimal(percent) / 100, locale=self.locale)

    def _whole(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)


def _pattern(locale: Locale, currency: str) -> str:
    """The pattern for money in the language, with the decimals of the currency."""
    pattern: str = locale.currency_formats["standard"].pattern
    digits = minor_digits(currency)
    pattern = pattern.replace(".00", f".{'0' * digits}" if digits else "")
    if get_currency_symbol(currency, locale)[-1].isalpha():  # KWD 6.500, but €65.00
        pattern = pattern.replace("¤#", "¤\N{NO-BREAK SPACE}#")
    return pattern
