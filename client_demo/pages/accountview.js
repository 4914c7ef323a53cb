/** The account page as it is drawn, from what the server says of the account. */

import { at } from "./address.js";
import { shownNews } from "./accountnews.js";
import { armedButton } from "./armed.js";
import { button } from "./dialogs.js";
import { byId, element, write } from "./elements.js";
import { invoiceLink, invoiceRow, openParts } from "./invoicerows.js";
import { liveRows } from "./liverooms.js";
import { spendingOf } from "./ownprices.js";
import { daysLeft, lastDay, today } from "./perioddates.js";
import { planRows } from "./planrows.js";
import { cautionsOf, limitWords } from "./roomlimits.js";

/** @import { Account, DowngradeRequest, Invoice, NextPeriod, Offered, Plan, Room } from "./billing.js" */
/** @import { Order } from "./orders.js" */
/** @import { Texts } from "./texts.js" */

/**
 * @typedef {object} AccountPicture
 * @property {Account} account
 * @property {Plan[]} plans
 * @property {DowngradeRequest[]} requests - oldest first
 * @property {Invoice[]} invoices - oldest first
 * @property {Room[]} rooms - the open ones
 * @property {Order | null} order - a purchase whose end is not known
 * @property {string | null} ours - the room that the host page of this site shows
 *
 * @typedef {{key: string, values: Record<string, string | number>, good: boolean, invoice?: string | null}} News
 */

const OPEN = ["requested", "scheduled"];

export class AccountView {
  #acts;
  /** @type {News | null} */
  #told = null;

  /**
   * @param {{upgrade: (offer: Offered) => void, downgrade: (plan: Plan) => void,
   *          withdraw: (id: string) => void, again: () => void, resume: () => void, settle: () => void}} acts
   */
  constructor(acts) {
    this.#acts = acts;
  }

  /**
   * @param {AccountPicture} picture
   * @returns {string | null} the name of the smaller plan that was asked for, if that is still open
   */
  asked({ requests, plans }) {
    const last = requests.at(-1);
    return last && OPEN.includes(last.status) ? nameOf(last.plan, plans) : null;
  }

  /**
   * @param {AccountPicture | null} picture
   * @param {News | null} news
   * @param {Texts} texts
   */
  draw(picture, news, texts) {
    document.title = `${texts.say("account.title")} · Fullhouse`;
    byId("loading").hidden = true;
    byId("loaded").hidden = picture === null;
    this.#drawNews(picture, news, texts);
    if (!picture) return;
    const { account, plans, invoices } = picture;
    write(byId("account-id"), account.id);
    drawPlan(account, plans, texts);
    drawLimits(picture, texts);
    drawPeriod(account, plans, texts);
    drawSpending(picture, texts);
    drawRooms(picture, texts);
    this.#drawRequest(picture, texts);
    this.#drawPlans(picture, texts);
    byId("no-invoices").hidden = invoices.length > 0;
    renew(byId("invoice-rows"), [texts.language, invoices, plans], () =>
      [...invoices].reverse().map((invoice) => invoiceRow(invoice, texts, (id) => nameOf(id, plans))),
    );
  }

  /**
   * What was just done, or what has to be seen to. Somebody who has just done it is taken there.
   *
   * @param {AccountPicture | null} picture
   * @param {News | null} news
   * @param {Texts} texts
   */
  #drawNews(picture, news, texts) {
    const said = shownNews(picture, news);
    const box = byId("news");
    box.hidden = !said;
    if (said) {
      box.classList.toggle("good", said.good);
      renew(box, [texts.language, said, cautionsOf(picture, texts), picture?.invoices], () => [
        element("p", { role: said.good ? "status" : "alert" }, wordsOf(said, texts)),
        ...(said.key === "account.bought" ? cautionsOf(picture, texts).map((words) => element("p", {}, words)) : []),
        ...this.#remedy(picture, said, texts),
      ]);
    }
    if (news && news === said && news !== this.#told) box.focus();
    this.#told = news;
  }

  /**
   * @param {AccountPicture | null} picture
   * @param {News} said
   * @param {Texts} texts
   */
  #remedy(picture, said, texts) {
    if (said.invoice) return [invoiceLink(said.invoice, texts.say("buy.invoice"))];
    if (said.key === "account.under_way") return [button(texts.say("account.see"), this.#acts.resume)];
    if (said.key === "pending.payment") return [button(texts.say("pending.see"), this.#acts.resume)];
    if (said.key === "account.past_due" && picture) return openParts(picture.invoices, texts, this.#acts.settle);
    return picture || said.key === "error.forbidden" ? [] : [button(texts.say("buy.again"), () => this.#acts.again())];
  }

  /**
   * @param {AccountPicture} picture
   * @param {Texts} texts
   */
  #drawRequest({ account, requests, plans }, texts) {
    const last = requests.at(-1);
    const shown = last && [...OPEN, "declined"].includes(last.status);
    byId("request").hidden = !shown;
    if (!shown) return;
    const values = { plan: nameOf(last.plan, plans), date: texts.date(last.effective_on) };
    const withdraw = () => this.#acts.withdraw(last.id);
    renew(byId("request"), [texts.language, last, account.customer_success], () => [
      element("h2", { id: "request-title" }, texts.say(`request.${last.status}`, values)),
      element("p", { class: "muted" }, texts.say(`request.${last.status}_lead`, values)),
      contactLink(account, texts),
      ...(OPEN.includes(last.status) ? stillOpen(last, texts, withdraw) : []),
    ]);
  }

  /**
   * @param {AccountPicture} picture
   * @param {Texts} texts
   */
  #drawPlans(picture, texts) {
    const { account } = picture;
    const words = [texts.say("account.plans_words")];
    if (account.promo_codes.length) words.push(texts.say("account.own_prices"));
    renew(byId("plans-words"), [words, account.customer_success], () => [words.join(" "), " ", contactLink(account, texts)]);
    const shelf = { ...picture, asked: this.asked(picture), scheduled: account.scheduled_change?.effective_on ?? null };
    renew(byId("plan-rows"), [texts.language, account, shelf.asked], () => planRows(shelf, texts, this.#acts));
  }
}

/** @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * Builds anew only what says something new: a focus inside survives.
 *
 * @param {Element} target
 * @param {unknown} said - all that the parts depend on
 * @param {() => (Node | string)[]} build
 */
function renew(target, said, build) {
  const text = JSON.stringify(said);
  if (shown.get(target) !== text) target.replaceChildren(...build());
  shown.set(target, text);
}

/**
 * @param {Account} account
 * @param {Texts} texts
 * @returns {Node | string} nothing where the server knows no address
 */
function contactLink({ customer_success: address }, texts) {
  if (!address) return "";
  return element("a", { class: "contact", href: address }, texts.say("account.customer_success"));
}

/**
 * @param {DowngradeRequest} request
 * @param {Texts} texts
 * @param {() => void} withdraw
 * @returns {Node[]}
 */
function stillOpen({ status, contact_by, warnings }, texts, withdraw) {
  const contact = element("p", { class: "muted" }, texts.say("request.contact_by", { date: texts.date(contact_by) }));
  return [
    ...(status === "requested" ? [contact] : []),
    ...warnings.map((code) => element("p", { class: "trouble mild" }, texts.say(`warning.${code}`))),
    armedButton(texts.say("request.withdraw"), withdraw),
  ];
}

/**
 * @param {News} news
 * @param {Texts} texts
 */
function wordsOf({ key, values }, texts) {
  return texts.has(key) ? texts.say(key, values) : texts.say("error.other", { detail: "", ...values });
}

/**
 * @param {Account} account
 * @param {Plan[]} plans
 * @param {Texts} texts
 */
function drawPlan(account, plans, texts) {
  write(byId("plan-name"), account.plan_name ?? nameOf(account.plan, plans)); // it may be sold no more
  const seats = texts.say("offer.seats", { n: account.seats });
  write(byId("plan-seats"), `${seats} · ${texts.say("account.presenters", { n: account.presenters })}`);
  const extras = account.promo_codes.map(({ code, percent_off: n }) => texts.say("account.code", { code, n }));
  if (account.parallel_events) extras.unshift(texts.say("buy.parallel_events", { n: account.parallel_events }));
  byId("extras").replaceChildren(...extras.map((words) => element("li", {}, words)));
}

/**
 * @param {AccountPicture} picture
 * @param {Texts} texts
 */
function drawLimits({ account, rooms }, texts) {
  const rows = limitWords(rooms, account, texts);
  byId("limits").hidden = rows.length === 0;
  renew(byId("limited-rooms"), rows, () => rows.map((words) => element("li", {}, words)));
}

/**
 * @param {AccountPicture} picture
 * @param {Texts} texts
 */
function drawRooms({ rooms, ours }, texts) {
  byId("no-live").hidden = rooms.length > 0;
  renew(byId("live-rows"), [texts.language, rooms.map(seen), ours], () => liveRows(rooms, ours, texts));
}

/** @param {Room} room - what is shown of it, so that a focus stays while the rest changes */
function seen({ room, title, paused, capacity, occupied, held, waiting, level }) {
  return [room, title, paused, capacity, occupied + held, waiting, level];
}

/**
 * @param {AccountPicture} picture
 * @param {Texts} texts
 */
function drawSpending({ account, invoices }, texts) {
  const spent = spendingOf(account, invoices);
  const values = spent && { price: texts.money(spent.amount), n: spent.count };
  write(byId("period-spent"), values ? texts.say("account.spent", values) : texts.say("account.spent_none"));
}

/**
 * @param {Account} account
 * @param {Plan[]} plans
 * @param {Texts} texts
 */
function drawPeriod({ period, time_zone, scheduled_change, next_period }, plans, texts) {
  const left = daysLeft(period, today(time_zone));
  write(byId("period-days"), texts.say("account.days_left", { n: left, days: period.days }));
  const progress = /** @type {HTMLProgressElement} */ (byId("period-progress"));
  progress.max = period.days;
  progress.value = left; // as the words above it say
  progress.setAttribute("aria-label", texts.say("account.period"));
  write(byId("period-dates"), texts.say("account.dates", { from: texts.date(period.start), to: texts.date(lastDay(period)) }));
  const change = scheduled_change && nameOf(scheduled_change.plan, plans);
  write(byId("period-next"), next_period ? nextWords(next_period, change, texts) : "");
}

/**
 * @param {NextPeriod} next
 * @param {string | null} change - the name of the plan that it begins with, if that is another one
 * @param {Texts} texts
 */
function nextWords({ starts_on, amount, carried_over }, change, texts) {
  const values = { date: texts.date(starts_on), price: texts.money(amount), plan: change ?? "" };
  const words = texts.say(change ? "account.changes_on" : "account.renews_on", values);
  if (!carried_over) return words;
  return `${words} ${texts.say("account.with_carried", { price: texts.money(carried_over) })}`;
}

/**
 * @param {string} id
 * @param {Plan[]} plans
 */
function nameOf(id, plans) {
  return plans.find((plan) => plan.id === id)?.name ?? id;
}
