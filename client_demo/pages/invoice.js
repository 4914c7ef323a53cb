/**
 * One invoice to read and to print. A browser that goes to an address sends no token along, and a
 * token has no business in an address: this page asks for the document, and shows it in itself.
 */

import { at } from "./address.js";
import { Billing } from "./billing.js";
import { byId, element, write } from "./elements.js";
import { PendingNews } from "./pendingnews.js";
import { roomToken } from "./session.js";
import { readersTexts, writePage } from "./texts.js";

const texts = readersTexts();
// With the reader's country, which decides the form of dates and numbers.
const locale = navigator.languages.find((tag) => tag.startsWith(texts.language)) ?? texts.language;
const id = new URLSearchParams(location.search).get("id") ?? "";

/**
 * Parsed by the browser as a document without scripts: nothing in it can run, here or later.
 *
 * @returns {Promise<Document>}
 */
async function invoice() {
  const { token, account } = await roomToken("host");
  const ask = new XMLHttpRequest();
  ask.open("GET", at(`v1/accounts/${encodeURIComponent(account)}/invoices/${encodeURIComponent(id)}`));
  ask.responseType = "document";
  ask.setRequestHeader("Accept", "text/html");
  ask.setRequestHeader("Accept-Language", locale);
  ask.setRequestHeader("Authorization", `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    ask.onload = () => (ask.status === 200 && ask.responseXML ? resolve(ask.responseXML) : reject(ask.status));
    ask.onerror = () => reject(0);
    ask.send();
  });
}

/** @param {Document} document_ */
function show(document_) {
  document.title = document_.title;
  document.documentElement.lang = document_.documentElement.lang;
  document.head.append(...[...document_.querySelectorAll("style")].map((style) => document.adoptNode(style)));
  const main = document_.querySelector("main");
  if (main) byId("invoice").replaceChildren(document.adoptNode(main));
  byId("print").hidden = false;
}

/** @param {unknown} status */
function showTrouble(status) {
  const words = texts.say(status === 404 ? "invoice.none" : status === 403 ? "error.forbidden" : "error.unreachable_page");
  byId("invoice").replaceChildren(element("main", {}, element("p", { role: "alert" }, words)));
}

writePage(texts, () => {});
write(document.head.querySelector("title") ?? document.body, texts.say("account.invoices"));
byId("print").onclick = () => print();
invoice().then(show, showTrouble);
const billing = new Billing(() => roomToken("host"));
new PendingNews(byId("pending"), { billing, texts: () => texts }).look();
