/** What the account page says about live events, what was charged, prices of one's own, and whom to ask. */

/** @import { Entry } from "../../library/words.js" */

/** @type {Record<string, Entry>} */
export const ownerEn = {
  "account.live": "Live events",
  "account.live_none": "No event is open right now.",
  "account.spent": { one: "So far in this period: {price}, on {n} invoice", other: "So far in this period: {price}, on {n} invoices" },
  "account.spent_none": "Nothing was charged in this period so far.",
  "account.list_price": "List price: {price}",
  "account.own_prices": "Prices are yours, after your promo codes. A smaller plan costs its list price, because the codes end with the change.",
  "account.scheduled_on": "Starts on {date}",
  "account.upgrade_to": "Change to {plan}",
  "account.renewal_of": "New period of {plan}",
  "account.customer_success": "Write to customer success",
  "line.watch": { one: "{n} person in line watches the stream", other: "{n} people in line watch the stream" },
};

/** @type {Record<string, Entry>} */
export const ownerDe = {
  "account.live": "Laufende Events",
  "account.live_none": "Zurzeit ist kein Event geöffnet.",
  "account.spent": { one: "In diesem Zeitraum bisher {price} auf {n} Rechnung", other: "In diesem Zeitraum bisher {price} auf {n} Rechnungen" },
  "account.spent_none": "In diesem Zeitraum wurde noch nichts berechnet.",
  "account.list_price": "Listenpreis: {price}",
  "account.own_prices": "Das sind Ihre Preise nach Abzug der Rabattcodes. Ein kleinerer Tarif kostet den Listenpreis, denn mit dem Wechsel verfallen die Codes.",
  "account.scheduled_on": "Beginnt am {date}",
  "account.upgrade_to": "Wechsel zu {plan}",
  "account.renewal_of": "Neuer Zeitraum: {plan}",
  "account.customer_success": "Kundenbetreuung kontaktieren",
  "line.watch": { one: "{n} Person in der Warteschlange sieht den Stream", other: "{n} Personen in der Warteschlange sehen den Stream" },
};
