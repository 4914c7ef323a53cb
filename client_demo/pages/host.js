/** The host page: keeps the room's picture, and turns clicks into calls. */

import { AskOwner } from "./ask.js";
import { Billing, Refused } from "./billing.js";
import { byId, write } from "./elements.js";
import { RoomConnection } from "./fullhouse.js";
import { HostView } from "./hostview.js";
import { OfferCards } from "./offers.js";
import { Purchase } from "./purchase.js";
import { NO_ROOM, nextRoomView } from "./roomview.js";
import { roomToken } from "./session.js";
import { readersTexts, writePage } from "./texts.js";

/** @import { Offer } from "./billing.js" */
/** @import { RoomView } from "./roomview.js" */

let texts = readersTexts();
/** @type {Readonly<RoomView>} */
let view = NO_ROOM;
let drawing = 0;

// A presenter sees the same page; whether they may buy is for the server to say.
const role = new URLSearchParams(location.search).get("role") === "presenter" ? "presenter" : "host";
const connection = new RoomConnection({ token: async () => (await roomToken(role)).token });
const billing = new Billing(() => roomToken(role));
const ask = new AskOwner(() => texts);
const page = new HostView({ buy });
const planCards = new OfferCards(byId("plans-offers"), buy);
const plans = /** @type {HTMLDialogElement} */ (byId("plans"));
const purchase = new Purchase(/** @type {HTMLDialogElement} */ (byId("purchase")), {
  billing,
  texts: () => texts,
  onBought: (offer) => page.bought(offer),
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
  drawing = requestAnimationFrame(() => page.draw(view, connection.link, texts));
}

async function seePlans() {
  const room = view.room;
  if (!room) return;
  write(byId("plans-words"), texts.say("plans.asking"));
  planCards.draw([], 0, texts);
  plans.showModal();
  const people = room.occupied + room.held + room.waiting;
  try {
    const offers = await billing.offers(room.room);
    write(byId("plans-words"), texts.say(offers.length ? "plans.words" : "notice.largest"));
    planCards.draw(offers, people, texts);
  } catch (error) {
    write(byId("plans-words"), texts.say("error.unreachable"));
    if (!(error instanceof Refused) || error.code !== "forbidden") return;
    plans.close();
    ask.open();
  }
}

connection.addEventListener("anew", () => (view = NO_ROOM));
connection.addEventListener("link", redraw);
connection.addEventListener("message", (event) => {
  const message = /** @type {CustomEvent} */ (event).detail;
  view = nextRoomView(view, message);
  page.note(message);
  redraw();
});

byId("dismiss").onclick = () => view.notice && connection.dismiss(view.notice.id);
byId("dismiss-rest").onclick = () => view.notice && connection.dismiss(view.notice.id, true);
byId("see-plans").onclick = seePlans;
byId("all-plans").onclick = seePlans;
byId("plans-close").onclick = () => plans.close();

writePage(texts, (chosen) => {
  texts = chosen;
  redraw();
});
redraw();
connection.open();
if (role === "host") purchase.resume();
billing.planNames().then(
  (names) => page.nameplates(names),
  () => {}, // the ids will do
);
