"""The invoice as a page: words, dates and numbers in the reader's form, and nothing that runs."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from typing import get_args

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from fullhouse.domain.invoices import CollectedInvoice, Invoice
from fullhouse.domain.ledger import ChargeKind, entry_of
from fullhouse.domain.money import Money
from fullhouse.domain.plans import Catalogue, Rate
from fullhouse.domain.proration import Basis, Item, Period, PromoCode
from fullhouse.domain.reversals import Dispute, DisputeStatus, Reversal
from fullhouse.edge.http.invoice_page import POLICY, invoice_html, locale_of
from fullhouse.edge.http.invoice_texts import TEXTS, Texts
from tests.accounts import CATALOGUE, LARGE, SMALL, START, codes

DISPUTE_STATUSES: tuple[DisputeStatus, ...] = ("open", "won", "lost")
GERMAN, ENGLISH = Locale("de"), Locale("en")
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def a_basis(**changes: object) -> Basis:
    """From `small` to `large` with 10 of 30 days left, two add-ons, 15 percent off."""
    basis = Basis(
        period=Period(START, 30),
        today=date(2026, 3, 21),
        old=SMALL.rate("month"),
        new=LARGE.rate("month"),
        parallel_events=2,
        promo_codes=codes(15),
    )
    return replace(basis, **changes)  # type: ignore[arg-type]


def an_invoice(
    basis: Basis, *, kind: ChargeKind = "upgrade", currency: str = "EUR", past_due: bool = False
) -> Invoice:
    charge = entry_of(id_="u1", kind=kind, charged_on=basis.today, currency=currency, basis=basis)
    return Invoice("acme-0001", "acme", charge, past_due)


UPGRADE = an_invoice(a_basis())
RENEWAL = an_invoice(a_basis(old=None, today=START, promo_codes=()), kind="renewal")


class _Cells(HTMLParser):
    """Collects the text of each table row and of each fact, and all names of elements."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.facts: list[str] = []
        self.elements: set[str] = set()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self._inside = tag
        if tag == "tr":
            self.rows.append([])
        elif tag in {"th", "td"}:
            self.rows[-1].append("")
        elif tag in {"dt", "dd"}:
            self.facts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in {"th", "td"}:
            self.rows[-1][-1] += data
        elif self._inside in {"dt", "dd"}:
            self.facts[-1] += data


def read(html: str) -> _Cells:
    cells = _Cells()
    cells.feed(html.replace("\u00a0", " ").replace("\u202f", " "))
    cells.close()
    return cells


def shown(invoice: Invoice, locale: Locale, catalogue: Catalogue = CATALOGUE) -> _Cells:
    return read(invoice_html(invoice, catalogue, locale))


def test_an_upgrade_in_german() -> None:
    page = shown(UPGRADE, GERMAN)

    # 15 % off: 55,25 and 101,15; a third of the difference 45,90 is 15,30.
    # Add-on: 25,50 and 46,75; a third of 2 x 21,25 is 14,17.
    assert page.rows == [
        ["Posten", "Menge", "Bisher bezahlt", "Preis", "Tage", "Betrag"],
        ["Tarif Large statt Small", "1", "55,25 €", "101,15 €", "10 von 30", "15,30 €"],
        ["Parallele Events", "2", "25,50 €", "46,75 €", "10 von 30", "14,17 €"],
        ["Summe", "29,47 €"],
    ]
    assert page.facts == [
        *("Konto", "acme"),
        *("Datum", "21. März 2026"),
        *("Für", "ein Upgrade"),
        *("Abrechnungszeitraum", "1. März 2026 bis 30. März 2026 (30 Tage)"),
        *("Rabattcodes", "CODE-0 (-15 %)"),
    ]


def test_a_renewal_in_english_has_no_column_for_what_was_paid_before() -> None:
    page = shown(RENEWAL, ENGLISH)

    assert page.rows == [
        ["Item", "Quantity", "Price", "Days", "Amount"],
        ["Plan Large", "1", "€119.00", "30 of 30", "€119.00"],
        ["Parallel events", "2", "€55.00", "30 of 30", "€110.00"],
        ["Total", "€229.00"],
    ]
    assert "a new billing period" in page.facts
    assert "Promo codes" not in page.facts


@pytest.mark.parametrize(
    ("name", "day", "total"),
    [
        ("de", "21. März 2026", "1.234.567,89 €"),
        ("de-CH", "21. März 2026", f"EUR 1{APOSTROPHE}234{APOSTROPHE}567.89"),
        ("de-AT", "21. März 2026", "€ 1.234.567,89"),
        ("en", "March 21, 2026", "€1,234,567.89"),
        ("en-GB", "21 March 2026", "€1,234,567.89"),
        ("en-IN", "21 March 2026", "€12,34,567.89"),
    ],
)
def test_dates_and_numbers_have_the_form_of_the_readers_country(
    name: str, day: str, total: str
) -> None:
    rate = Rate("large", 123_456_789, 0)
    basis = a_basis(old=None, new=rate, today=START, parallel_events=0, promo_codes=())
    invoice = an_invoice(basis)
    invoice = replace(invoice, charge=replace(invoice.charge, charged_on=date(2026, 3, 21)))

    page = shown(invoice, Locale.parse(name, sep="-"))

    assert page.rows[-1][-1] == total
    assert page.facts[3] == day


@pytest.mark.parametrize(
    ("currency", "german", "english"),
    [
        ("JPY", "6.500 ¥", "¥6,500"),
        ("EUR", "65,00 €", "€65.00"),
        ("USD", "65,00 $", "$65.00"),
        ("KWD", "6,500 KWD", "KWD 6.500"),
        ("CLF", "0,6500 CLF", "CLF 0.6500"),
        # By the standard, not by what is printed on notes: else it would be off by a thousand.
        ("IQD", "6,500 IQD", "IQD 6.500"),
        ("XYZ", "65,00 XYZ", "XYZ 65.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(
    currency: str, german: str, english: str
) -> None:
    basis = a_basis(
        old=None, new=SMALL.rate("month"), today=START, parallel_events=0, promo_codes=()
    )
    invoice = an_invoice(basis, currency=currency)

    assert shown(invoice, GERMAN).rows[-1][-1] == german
    assert shown(invoice, ENGLISH).rows[-1][-1] == english


@given(st.text(min_size=1, max_size=20))
@settings(max_examples=30)
def test_whatever_a_code_or_a_plan_is_called_is_text(name: str) -> None:
    plan = replace(LARGE, name=f"x{name}")
    invoice = an_invoice(a_basis(new=plan.rate("month"), promo_codes=(PromoCode(name, 10),)))

    page = shown(invoice, ENGLISH)

    assert page.elements == shown(UPGRADE, ENGLISH).elements
    assert len(page.rows) == 4


def test_markup_in_a_name_is_shown_and_not_obeyed() -> None:
    nasty = "<script>alert('1')</script>"
    invoice = an_invoice(a_basis(promo_codes=(PromoCode(nasty, 10),)))

    html = invoice_html(invoice, CATALOGUE, ENGLISH)

    assert "<script" not in html
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;" in html


def test_the_policy_lets_nothing_in_but_the_style_of_the_page() -> None:
    html = invoice_html(UPGRADE, CATALOGUE, GERMAN)

    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in POLICY
    assert POLICY.startswith("default-src 'none';")
    assert not re.search(r"\b(src|href|on\w+|style)=", html)


def test_an_invoice_that_cannot_be_collected_says_so() -> None:
    late = replace(UPGRADE, is_past_due=True)

    assert "Noch nicht bezahlt" in invoice_html(late, CATALOGUE, GERMAN)
    assert "Noch nicht bezahlt" not in invoice_html(UPGRADE, CATALOGUE, GERMAN)


def test_an_invoice_that_waits_for_a_later_one_says_so() -> None:
    waiting = replace(UPGRADE, is_carried_over=True)

    assert "it is added to a later invoice" in invoice_html(waiting, CATALOGUE, ENGLISH)
    assert "it is added to a later invoice" not in invoice_html(UPGRADE, CATALOGUE, ENGLISH)


def test_an_invoice_names_the_earlier_ones_that_it_collects_and_the_sum() -> None:
    earlier = CollectedInvoice("u0", "acme-0000", Money(20, "EUR"))
    collecting = replace(RENEWAL, collects=(earlier,))

    rows = shown(collecting, ENGLISH).rows

    assert rows[-2] == ["Added from invoice acme-0000", "€0.20"]
    assert rows[-1] == ["To be collected", "€229.20"]
    assert shown(RENEWAL, ENGLISH).rows[-1][0] == "Total"


def test_an_invoice_shows_what_went_back_and_what_is_disputed() -> None:
    disputes = tuple(
        Dispute(f"dp_{status}", Money(300, "EUR"), status) for status in DISPUTE_STATUSES
    )
    reversal = Reversal(Money(500, "EUR"), disputes)

    rows = shown(replace(UPGRADE, reversal=reversal), GERMAN).rows

    assert [row[0] for row in rows[-4:]] == [
        "Erstattet",
        "Angefochten (nicht entschieden)",
        "Angefochten (abgewiesen)",
        "Angefochten (zurückgezahlt)",
    ]
    assert [row[1].replace("\N{NO-BREAK SPACE}", " ") for row in rows[-4:]] == [
        "-5,00 €",
        "3,00 €",
        "3,00 €",
        "3,00 €",
    ]


def test_a_plan_has_the_name_that_it_was_bought_under() -> None:
    renamed = replace(CATALOGUE, plans=(replace(LARGE, name="Giant"), SMALL))

    assert shown(UPGRADE, GERMAN, renamed).rows[1][0] == "Tarif Large statt Small"


def test_in_a_charge_without_names_a_plan_has_that_of_the_catalogue_or_its_id() -> None:
    basis = a_basis(
        old=replace(SMALL.rate("month"), name=""), new=replace(LARGE.rate("month"), name="")
    )
    known = Catalogue("EUR", (SMALL,))

    page = shown(an_invoice(basis), GERMAN, known)

    assert page.rows[1][0] == "Tarif large statt Small"


def test_the_page_names_its_language() -> None:
    assert '<html lang="de-CH">' in invoice_html(UPGRADE, CATALOGUE, Locale("de", "CH"))


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_every_kind_and_item_has_words_in_every_language(texts: Texts) -> None:
    assert set(texts.kinds) == set(get_args(ChargeKind))
    assert set(texts.items) == set(get_args(Item))
    assert all(getattr(texts, field.name) for field in fields(Texts))


def test_no_language_has_the_words_of_another() -> None:
    english, german = TEXTS["en"], TEXTS["de"]

    for field in fields(Texts):
        assert getattr(english, field.name) != getattr(german, field.name), field.name


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH, en;q=0.5", "de_CH"),
        ("fr, it;q=0.9, de;q=0.1", "de"),
        ("fr", "en"),
        ("en-GB", "en_GB"),
        ("de;q=0.1, en-US;q=0.9", "en_US"),
        ("*", "en"),
        ("de-XX", "de"),
        ("de-DE-1996-u-nu-thai", "de"),
        ("../../etc/passwd", "en"),
    ],
)
def test_the_first_language_that_there_are_words_in_is_taken(header: str, locale: str) -> None:
    assert str(locale_of(header)) == locale


@given(st.text())
def test_every_header_leads_to_a_language(header: str) -> None:
    assert locale_of(header).language in TEXTS
