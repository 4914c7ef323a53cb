/** The account page, outside any room: what the account has, what it may have, what it paid. */

import { AccountView } from "./accountview.js";
import { at } from "./address.js";
import { AskOwner } from "./ask.js";
import { AskCard, asker } from "./askcard.js";
import { Billing } from "./billing.js";
import { Downgrade } from "./downgrade.js";
import { byId } from "./elements.js";
import { RoomConnection } from "./fullhouse.js";
import { Purchase } from "./purchase.js";
import { Refused } from "./refused.js";
import { cautionsOf } from "./roomlimits.js";
import { NO_ROOM, nextRoomView } from "./roomview.js";
import { participant, roomToken } from "./session.js";
import { readersTexts, writePage } from "./texts.js";

/** @import { Offered, Plan } from "./billing.js" */
/** @import { AccountPicture, News } from "./accountview.js" */
/** @import { Order } from "./orders.js" */
/** @import { RoomView } from "./roomview.js" */

const LOOK_EVERY_MS = 3_000; // while something is open
const LOOK_AT_OTHERS_MS = 15_000; // what others change without a room that tells of it
const SOON_MS = 300; // several changes are one look
const TOLD = /** @type {const} */ (["plan", "capacity", "status", "paused", "level"]);
const ENDED = { failed: "error.payment_failed", refunded: "error.refunded" };

let texts = readersTexts();
/** @type {AccountPicture | null} */
let picture = null;
/** @type {News | null} */
let news = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let looking;
const connection = new RoomConnection({ server: at(""), token: async () => (await roomToken("host")).token });
/** @type {string | null} */
let ours = null; // the room of the host page
let room = NO_ROOM; // the one that the token names: who waits there, and who comes in

// A room token that may buy is what the calls take; which room it names does not matter here.
const billing = new Billing(async () => {
  const session = await roomToken("host");
  ours = session.room;
  return session;
});
const view = new AccountView({
  upgrade: (offer) => purchase.open(offer),
  downgrade,
  withdraw,
  resume: () => picture?.order && purchase.see(picture.order),
  settle,
  again: load,
});
const purchase = new Purchase(dialog("purchase"), {
  billing,
  texts: () => texts,
  onBought: (offer) => {
    forgetPlan();
    load(bought(offer, null));
  },
  onClosed: left,
  room: () => room,
  cautions: () => cautionsOf(picture, texts),
  ask: (offer) => ask.open(offer),
});
const ask = new AskOwner(() => texts, participant("host"));
const downgradeDialog = new Downgrade(dialog("downgrade"), {
  billing,
  texts: () => texts,
  onAsked: () => load({ key: "account.asked", values: {}, good: true }),
});

/** @param {string} id */
function dialog(id) {
  return /** @type {HTMLDialogElement} */ (byId(id));
}

/** @param {Plan} plan */
function downgrade(plan) {
  if (picture) downgradeDialog.open(plan, picture.account, view.asked(picture));
}

/** @param {string} id */
async function withdraw(id) {
  try {
    await billing.withdrawDowngrade(id);
    await load({ key: "account.withdrawn", values: {}, good: true });
  } catch (error) {
    await load(troubleOf(error));
  }
}

/** Asks for what is open once more; what came of it shows while the page looks again. */
async function settle() {
  try {
    await billing.collect();
    await load({ key: "past_due.asked", values: {}, good: true });
  } catch (error) {
    await load(troubleOf(error));
  }
}

/**
 * Everything anew, for what the page shows is as old as its last look.
 *
 * @param {News | null} [said] - what is to be said above it
 */
async function load(said = null) {
  news = said;
  clearTimeout(looking);
  try {
    const order = await lookAfter(); // first: what it has changed is seen below
    const [account, plans, requests, invoices, rooms] = await Promise.all([
      billing.account(),
      billing.plans(),
      billing.downgrades(),
      billing.invoices(),
      billing.rooms(),
    ]);
    picture = { account, plans, requests, invoices, rooms, order, ours };
  } catch (error) {
    news = troubleOf(error);
  }
  draw();
  const isOpen = picture?.order || picture?.account.payment_status === "past_due";
  if (isOpen) looking = setTimeout(lookAgain, LOOK_EVERY_MS);
  else if (picture) lookForOthers(LOOK_AT_OTHERS_MS);
}

/**
 * What others have changed shows by itself, but for a page that nobody sees and below a dialog. What was
 * said stays.
 *
 * @param {number} afterMs
 */
function lookForOthers(afterMs) {
  clearTimeout(looking);
  looking = setTimeout(() => {
    const isBusy = document.visibilityState === "hidden" || document.querySelector("dialog[open]");
    if (isBusy) lookForOthers(LOOK_EVERY_MS);
    else load(news?.key === "error.unreachable_page" ? null : news);
  }, afterMs);
}

/**
 * Asks how a purchase stands whose dialog was closed; if it has ended since, that is said.
 *
 * @returns {Promise<Order | null>} what has not ended
 */
async function lookAfter() {
  const order = await billing.underWay();
  if (!order?.upgrade || dialog("purchase").open) return order;
  const { status } = await billing.upgrade(order, order.upgrade);
  if (status === "pending") return order;
  news = status === "applied" ? bought(order.offer, order.upgrade) : { key: ENDED[status], values: {}, good: false };
  return null;
}

/**
 * @param {Offered} offer
 * @param {string | null} invoice - its id, where the buyer was not led to it yet
 * @returns {News}
 */
function bought({ name, seats }, invoice) {
  return { key: "account.bought", values: { plan: name, n: seats }, good: true, invoice };
}

/**
 * @param {unknown} error
 * @returns {News}
 */
function troubleOf(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.code === "unreachable") return { key: "error.unreachable_page", values: {}, good: false };
  return { key: `error.${error.code}`, values: { detail: error.message }, good: false };
}

/** The dialog was closed: what it has changed is shown. */
function left() {
  forgetPlan();
  lookAgain();
}

/** A reload does not open the dialog again. */
function forgetPlan() {
  const address = new URL(location.href);
  for (const name of ["plan", "by"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
}

/** What went well stays on the page; trouble is told anew if it is still there. */
function lookAgain() {
  const isAsking = news?.key === "past_due.asked";
  return load(news?.good && !isAsking ? news : null);
}

function draw() {
  view.draw(picture, news, texts);
}

/** @returns {Offered | null} the plan that the address asks for, as a link to the owner does */
function wanted() {
  const id = new URLSearchParams(location.search).get("plan");
  const plan = picture?.plans.find((each) => each.id === id);
  return plan ? { plan: plan.id, name: plan.name, seats: plan.seats } : null;
}

/** Puts the notice away for the rest of the event, which hosts and presenters see at once. */
function refuse() {
  const { notice } = room;
  if (notice) connection.dismiss(notice.id, true);
  dialog("purchase").close();
  load({ key: notice ? "ask.told" : "ask.not_told", values: {}, good: true });
}

function watchRoom() {
  connection.addEventListener("anew", () => (room = NO_ROOM));
  connection.addEventListener("message", (event) => {
    const before = room;
    room = nextRoomView(room, /** @type {CustomEvent} */ (event).detail, performance.now());
    purchase.draw();
    if (hasChanged(before.room, room.room)) lookForOthers(SOON_MS);
  });
  connection.open();
}

/**
 * Whether the room tells of something that the page shows: another plan, another limit, its end, who waits.
 *
 * @param {RoomView["room"]} before
 * @param {RoomView["room"]} now
 */
function hasChanged(before, now) {
  return Boolean(before && now) && TOLD.some((field) => before?.[field] !== now?.[field]);
}

async function start() {
  await load();
  if (picture) watchRoom(); // not for somebody who may not buy
  const offer = wanted();
  const by = asker(new URLSearchParams(location.search).get("by"));
  if (offer && picture) await purchase.open(offer, by ? new AskCard(by, refuse) : null);
  else await purchase.resume();
}

writePage(texts, (chosen) => {
  texts = chosen;
  draw();
});
// Somebody who comes back, from another tab or an invoice, sees the account as it is now.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && picture) lookAgain();
});
addEventListener("online", lookAgain);
start();
