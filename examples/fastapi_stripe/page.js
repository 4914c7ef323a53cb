// The page of the platform: a sign-in, then the waiting room or, for hosts, the host bar.

const TEXTS = {
  en: {
    name: "Your name",
    enter: "Enter",
    inside: "The stage goes here.",
    bought: "The room has more seats now.",
    changed: "The price has changed. Please look at the offer again.",
    failed: "That did not work:",
    pending: "The payment is not complete yet.",
  },
  de: {
    name: "Ihr Name",
    enter: "Eintreten",
    inside: "Hier ist die Bühne.",
    bought: "Der Raum hat jetzt mehr Plätze.",
    changed: "Der Preis hat sich geändert. Bitte sehen Sie sich das Angebot noch einmal an.",
    failed: "Das hat nicht geklappt:",
    pending: "Die Zahlung ist noch nicht abgeschlossen.",
  },
};

const lang = navigator.language.startsWith("de") ? "de" : "en";
const text = TEXTS[lang];
const status = document.querySelector("#status");
const form = document.querySelector("#sign-in");

const post = (path, body = {}) =>
  fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

async function show(me) {
  form.hidden = true;
  await import(`${me.server}/fullhouse.js`);
  const name = me.role === "host" ? "fullhouse-host-bar" : "fullhouse-waiting-room";
  const element = document.createElement(name);
  element.setAttribute("server", me.server);
  element.setAttribute("room", "hall");
  element.setAttribute("token-url", "/rooms/{room}/room-token");
  if (me.role === "host") element.addEventListener("fullhouse-buy", (event) => buy(event, me));
  else element.append(stage());
  document.querySelector("#room").replaceChildren(element);
}

function stage() {
  const inside = document.createElement("p");
  inside.slot = "inside";
  inside.textContent = text.inside;
  return inside;
}

// The price in the offer is the one that the host has read. Another one is never charged.
async function buy(event, me) {
  event.preventDefault();
  const { plan, due_now } = event.detail.offer;
  const answer = await post("/upgrades", { plan, due_now: due_now.amount });
  const found = await answer.json();
  if (answer.status === 409 && found.detail?.due_now) status.textContent = text.changed;
  else if (!answer.ok) status.textContent = `${text.failed} ${found.detail}`;
  else if (found.payment) await confirm(found, me);
  else tell(found.status);
}

// The bank of the payer wants a confirmation. Stripe's own page asks for it.
async function confirm(upgrade, me) {
  await import("https://js.stripe.com/v3/");
  const result = await window.Stripe(me.publishable_key).confirmCardPayment(upgrade.payment.client_secret);
  if (result.error) status.textContent = `${text.failed} ${result.error.message}`;
  else tell((await (await fetch(`/upgrades/${upgrade.id}`)).json()).status);
}

function tell(outcome) {
  status.textContent = outcome === "applied" ? text.bought : text.pending;
}

document.documentElement.lang = lang;
for (const element of document.querySelectorAll("[data-text]")) {
  element.textContent = text[element.dataset.text];
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post("/sign-in", { participant: form.querySelector("#name").value });
  if (answer.ok) await show(await answer.json());
});
const answer = await fetch("/me");
if (answer.ok) await show(await answer.json());
else form.hidden = false;
