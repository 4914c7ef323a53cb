"""The texts of an invoice, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fullhouse.domain.ledger import ChargeKind
from fullhouse.domain.proration import Item
from fullhouse.domain.reversals import DisputeStatus


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of the page. `{…}` is replaced when a page is rendered."""

    invoice: str
    account: str
    issued_on: str
    billing_period: str
    period: str
    kind: str
    kinds: Mapping[ChargeKind, str]
    promo_codes: str
    item: str
    items: Mapping[Item, str]
    changed_plan: str
    quantity: str
    old_price: str
    new_price: str
    days: str
    days_of: str
    amount: str
    total: str
    past_due: str
    carried_over: str
    collects: str
    collected: str
    refunded: str
    disputed: str
    disputes: Mapping[DisputeStatus, str]
    how: str
    rule: str


TEXTS: Mapping[str, Texts] = {
    "en": Texts(
        invoice="Invoice",
        account="Account",
        issued_on="Date",
        billing_period="Billing period",
        period="{first} to {last} ({days} days)",
        kind="For",
        kinds={"renewal": "a new billing period", "upgrade": "an upgrade"},
        promo_codes="Promo codes",
        item="Item",
        items={"plan": "Plan {name}", "parallel_events": "Parallel events"},
        changed_plan="Plan {name} in place of {old_name}",
        quantity="Quantity",
        old_price="Paid so far",
        new_price="Price",
        days="Days",
        days_of="{days} of {all_days}",
        amount="Amount",
        total="Total",
        past_due="Not paid yet: the last attempt to collect it failed.",
        carried_over="Too small to be collected by itself: it is added to a later invoice.",
        collects="Added from invoice {number}",
        collected="To be collected",
        refunded="Refunded",
        disputed="Disputed",
        disputes={"open": "not decided", "won": "rejected", "lost": "paid back"},
        how=(
            "Prices are per unit and billing period, after promo codes. An amount is quantity × "
            "(price - what is paid so far) × days left ÷ days of the period, rounded once."
        ),
        rule="Computed by rule {version} on {day}.",
    ),
    "de": Texts(
        invoice="Rechnung",
        account="Konto",
        issued_on="Datum",
        billing_period="Abrechnungszeitraum",
        period="{first} bis {last} ({days} Tage)",
        kind="Für",
        kinds={"renewal": "einen neuen Abrechnungszeitraum", "upgrade": "ein Upgrade"},
        promo_codes="Rabattcodes",
        item="Posten",
        items={"plan": "Tarif {name}", "parallel_events": "Parallele Events"},
        changed_plan="Tarif {name} statt {old_name}",
        quantity="Menge",
        old_price="Bisher bezahlt",
        new_price="Preis",
        days="Tage",
        days_of="{days} von {all_days}",
        amount="Betrag",
        total="Summe",
        past_due="Noch nicht bezahlt: Der letzte Versuch, den Betrag einzuziehen, schlug fehl.",
        carried_over=(
            "Zu klein, um einzeln eingezogen zu werden: Der Betrag kommt zu einer späteren "
            "Rechnung hinzu."
        ),
        collects="Aus Rechnung {number}",
        collected="Einzuziehender Betrag",
        refunded="Erstattet",
        disputed="Angefochten",
        disputes={"open": "nicht entschieden", "won": "abgewiesen", "lost": "zurückgezahlt"},
        how=(
            "Preise gelten je Einheit und Abrechnungszeitraum, nach Rabattcodes. Ein Betrag ist "
            "Menge × (Preis - bisher bezahlt) × verbleibende Tage ÷ Tage des Zeitraums, einmal "
            "gerundet."
        ),
        rule="Berechnet nach Regel {version} am {day}.",
    ),
}
