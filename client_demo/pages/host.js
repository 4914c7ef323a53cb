/** The host page: keeps the room's picture, and turns clicks into calls. */

import { peopleOf } from "../library/hostnews.js";
import { joined } from "../library/storagename.js";
import { tabWords } from "../library/tabwords.js";
import { PageTitle } from "../library/title.js";
import { at } from "./address.js";
import { Alerts } from "./alerts.js";
import { AskOwner } from "./ask.js";
import { Backend } from "./backend.js";
import { Backstage } from "./backstage.js";
import { Billing } from "./billing.js";
import { byId, write } from "./elements.js";
import { RoomConnection } from "./fullhouse.js";
import { losingSight, nextHistory, NO_HISTORY } from "./history.js";
import { barsOf } from "./hostbars.js";
import { HostView } from "./hostview.js";
import { Memory } from "./memory.js";
import { OfferCards } from "./offers.js";
import { People } from "./people.js";
import { PendingNews } from "./pendingnews.js";
import { Purchase } from "./purchase.js";
import { Refused } from "./refused.js";
import { RoomCalls } from "./roomcalls.js";
import { NO_ROOM, nextRoomView } from "./roomview.js";
import { participant, roomToken } from "./session.js";
import { snoozed } from "./snooze.js";
import { Tell } from "./tell.js";
import { readersTexts, writePage } from "./texts.js";
import { historyFrom } from "./toldhistory.js";

/** @import { Offer } from "./billing.js" */
/** @import { Message, RoomMessage } from "./fullhouse.js" */
/** @import { History } from "./history.js" */
/** @import { RoomView } from "./roomview.js" */
/** @import { Snooze } from "./snooze.js" */

const MOVES_ON_EVERY_MS = 1_000; // the plot goes on while nothing happens, and a reminder comes

let texts = readersTexts();
/** @type {Readonly<RoomView>} */
let view = NO_ROOM;
/** @type {Readonly<History>} */
let history = NO_HISTORY;
/** @type {Memory | null} of this room's history; there is none before it is known */
let memory = null;
/** @type {Memory | null} of the notice that was put off in this room */
let snoozes = null;
/** @type {Snooze | null} */
let snooze = null;
let remembered = ""; // the scope of both
/** The state and connection for which the server was asked for the history. */
let askedFor = "";
let connections = 0;
let drawing = 0;
let named = ""; // what the page calls itself

// A presenter sees the same page; whether they may buy is for the server to say.
const role = new URLSearchParams(location.search).get("role") === "presenter" ? "presenter" : "host";
const connection = new RoomConnection({
  server: at(""),
  token: async () => (await roomToken(role)).token,
});
const billing = new Billing(() => roomToken(role));
const roomCalls = new RoomCalls(() => roomToken(role));
const backend = new Backend(() => roomToken(role));
const ask = new AskOwner(() => texts, participant(role));
const page = new HostView({ buy, redraw });
const alerts = new Alerts(redraw);
const title = new PageTitle();
const backstage = new Backstage(backend, () => texts);
const tell = new Tell(roomCalls, () => texts);
const people = new People(roomCalls, () => texts);
const planCards = new OfferCards(byId("plans-offers"), buy);
const plans = /** @type {HTMLDialogElement} */ (byId("plans"));
const purchase = new Purchase(/** @type {HTMLDialogElement} */ (byId("purchase")), {
  billing,
  texts: () => texts,
  onBought: (offer) => {
    pending.forget();
    page.bought(offer);
  },
  onClosed: () => pending.look(),
  room: () => view,
  ask: (offer) => ask.open(offer),
});
const pending = new PendingNews(byId("pending"), {
  billing,
  texts: () => texts,
  see: (order) => purchase.see(order),
  changed: (applied) => {
    if (applied) page.bought(applied);
    redraw();
  },
});

/** @param {Offer} offer */
function buy(offer) {
  plans.close();
  if (view.notice?.can_buy === false) ask.open(offer);
  else purchase.open(offer);
}

/** However many messages arrive, the page is drawn once a frame. */
function redraw() {
  cancelAnimationFrame(drawing);
  drawing = requestAnimationFrame(() => {
    const isPending = pending.order !== null;
    page.draw({ view, bars: bars(), history, snooze, isPending, link: connection.link, texts, now: Date.now() });
    if (view.room) tell.draw(view.room, texts);
    if (view.room && role === "host") people.draw(view.room);
  });
  drawTab(); // now: a page that is not seen has no frames
}

function bars() {
  const { isRefused } = ask;
  const { closedChange } = page;
  const times = { now: Date.now(), clock: performance.now() };
  return barsOf({ view, snooze, closedChange, payment: pending.state, isRefused, link: connection.link, ...times });
}

/** What a host reads or hears who is in another tab. */
function drawTab() {
  const { room } = view;
  if (!room) return;
  const name = `${room.title} · Fullhouse`;
  if (named !== name) document.title = named = name;
  const shown = bars();
  title.show(tabWords(room, shown, texts));
  alerts.draw(room, shown.selling, texts);
}

/** @param {Message} message */
function hear(message) {
  view = nextRoomView(view, message, performance.now());
  purchase.draw();
  ask.hear(message);
  if (message.type === "room") remember(message);
  history = nextHistory(history, message, Date.now());
  memory?.keepNowAndThen(history, Date.now());
  if (message.type === "room") askForHistory(message);
  redraw();
}

/**
 * Once after each connection, opening, purchase and person let in first: the server knows what this
 * page has not seen. Where it does not tell, as to a presenter who may not buy, the page goes on with
 * what it saw.
 *
 * @param {RoomMessage} room
 */
async function askForHistory({ room, epoch, plan, called_next }) {
  const wanted = `${connections} ${room} ${epoch} ${plan} ${called_next}`;
  if (wanted === askedFor) return;
  askedFor = wanted;
  const told = await roomCalls.history(room).catch(() => null);
  if (!told || !view.room || wanted !== askedFor) return;
  history = nextHistory(historyFrom(told, view.room, Date.now()), view.room, Date.now());
  memory?.keep(history, Date.now());
  redraw();
}

/**
 * Go on with what this tab saw of the room before it was loaded again.
 *
 * @param {RoomMessage} room
 */
function remember({ installation = at(""), account, room, epoch }) {
  const scope = joined([installation, account, room]);
  if (scope === remembered) return;
  remembered = scope;
  alerts.enter({ installation, account, room });
  memory = new Memory("history", scope);
  snoozes = new Memory("snooze", scope);
  snooze = snoozes.recall()?.value ?? null;
  const kept = memory.recall();
  const isOfThisEvent = kept && kept.value.epoch === epoch;
  history = isOfThisEvent ? losingSight({ ...NO_HISTORY, ...kept.value }, kept.at) : NO_HISTORY;
}

async function seePlans() {
  const room = view.room;
  if (!room) return;
  write(byId("plans-words"), texts.say("plans.asking"));
  planCards.draw([], 0, texts);
  plans.showModal();
  try {
    const offers = await roomCalls.offers(room.room);
    write(byId("plans-words"), texts.say(offers.length ? "plans.words" : await whyNoOffers(room)));
    planCards.draw(offers, peopleOf(room), texts);
  } catch (error) {
    write(byId("plans-words"), texts.say("error.unreachable"));
    if (!(error instanceof Refused) || error.code !== "forbidden") return;
    plans.close();
    ask.open();
  }
}

/**
 * @param {RoomMessage} room
 * @returns {Promise<string>} key of the text that says why no larger plan would help
 */
async function whyNoOffers(room) {
  const { seats } = await billing.account();
  return room.capacity < seats ? "notice.limited" : "bar.largest";
}

async function holdOrGoOn() {
  const button = byId("hold");
  if (!view.room || button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  byId("hold-trouble").hidden = true;
  try {
    await backend.holdLine(!view.room.paused);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const known = texts.has(`error.${error.code}`) && error.code !== "unreachable";
    write(byId("hold-trouble"), texts.say(known ? `error.${error.code}` : "line.hold_failed"));
    byId("hold-trouble").hidden = false;
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** @param {Snooze | null} next */
function sleep(next) {
  snooze = next;
  snoozes?.keep(snooze, Date.now());
  redraw();
}

connection.addEventListener("anew", () => (view = NO_ROOM));
connection.addEventListener("link", () => {
  if (connection.link.phase === "away") connections += 1;
  if (connection.link.phase !== "live") history = losingSight(history, Date.now());
  redraw();
});
connection.addEventListener("message", (event) => hear(/** @type {CustomEvent} */ (event).detail));
addEventListener("pagehide", () => memory?.keep(history, Date.now()));
setInterval(() => (document.visibilityState === "visible" ? redraw() : drawTab()), MOVES_ON_EVERY_MS);
for (const look of ["focus", "visibilitychange"]) addEventListener(look, drawTab);

byId("snooze").onclick = () => view.notice && sleep(snoozed(view.notice, Date.now()));
byId("wake").onclick = () => sleep(null);
byId("dismiss").onclick = () => view.notice && connection.dismiss(view.notice.id);
byId("dismiss-rest").onclick = () => view.notice && connection.dismiss(view.notice.id, true);
byId("see-plans").onclick = seePlans;
byId("all-plans").onclick = seePlans;
byId("plans-close").onclick = () => plans.close();
byId("hold").onclick = holdOrGoOn;

writePage(texts, (chosen) => {
  texts = chosen;
  backstage.draw();
  pending.draw();
  people.drawWords();
  redraw();
});
redraw();
connection.open();
document.body.dataset.role = role;
if (role === "host") {
  backstage.open();
  purchase.resume();
  pending.look();
}
billing.planNames().then(
  (names) => page.nameplates(names),
  () => {}, // the ids will do
);
