/** What a browser keeps belongs to one person in one room of one installation. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Choice } from "../../client_demo/library/choices.js";
import { keepPlace, keptPlace, keptRevision, mayReload, noteReload } from "../../client_demo/library/entry.js";
import { NOWHERE } from "../../client_demo/library/place.js";
import { joined, personOf, scopeOf } from "../../client_demo/library/storagename.js";
import { Tabs } from "../../client_demo/library/tabs.js";
import { Memory } from "../../client_demo/pages/memory.js";
import { forget, remember, remembered } from "../../client_demo/pages/orders.js";

/** A browser's storage, as far as the modules use it. */
class Kept extends Map {
  getItem = (name) => this.get(name) ?? null;
  setItem = (name, value) => void this.set(name, value);
  removeItem = (name) => void this.delete(name);
}

/** Channels whose messages arrive at once. */
class Channel {
  static open = new Set();

  constructor(name) {
    this.name = name;
    Channel.open.add(this);
  }

  postMessage(data) {
    for (const other of Channel.open) if (other !== this && other.name === this.name) other.onmessage({ data });
  }

  close() {
    Channel.open.delete(this);
  }
}

/** @type {Set<string>} names of the locks that are held */
const held = new Set();
const locks = {
  async request(name, _, act) {
    if (held.has(name)) return act(null);
    held.add(name);
    await act({ name });
    return held.delete(name);
  },
};

beforeEach(() => {
  held.clear();
  Channel.open.clear();
  globalThis.BroadcastChannel = Channel;
  globalThis.navigator = { locks };
  globalThis.localStorage = new Kept();
  globalThis.sessionStorage = new Kept();
  globalThis.addEventListener = () => {};
  globalThis.document = { visibilityState: "visible", hasFocus: () => true };
});

const ZOE = { account: "acme", room: "hall", participant: "zoe" };
const WAITING = { type: "waiting", installation: "one", room: "hall", participant: "zoe" };
const SERVER = "https://seats.example";

function jwt(claims) {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
}

test("a scope differs by installation, account, room and person", () => {
  const scopes = [
    scopeOf(WAITING, ZOE, SERVER),
    scopeOf({ ...WAITING, installation: "two" }, ZOE, SERVER),
    scopeOf(WAITING, { ...ZOE, account: "other" }, SERVER),
    scopeOf({ ...WAITING, room: "other" }, ZOE, SERVER),
    scopeOf({ ...WAITING, participant: "yan" }, ZOE, SERVER),
  ];

  assert.equal(new Set(scopes).size, scopes.length);
  assert.equal(scopeOf({ ...WAITING }, ZOE, "https://elsewhere.example"), scopes[0], "the server's address may change");
});

test("where a server says no installation its address stands in", () => {
  const { installation, ...older } = WAITING;

  assert.notEqual(scopeOf(older, ZOE, SERVER), scopeOf(older, ZOE, "https://elsewhere.example"));
});

test("no two lists of parts have one name", () => {
  assert.notEqual(joined(["a/b", "c"]), joined(["a", "b/c"]));
});

test("the token says who a person is, and any token can be read", () => {
  assert.deepEqual(personOf(jwt({ acct: "acme", room: "hall", sub: "zoe" })), ZOE);
  assert.deepEqual(personOf("no token"), { account: "", room: "", participant: "" });
});

test("a place, a reload and the choices are kept apart", () => {
  const [one, two] = ["one", "two"].map((installation) => scopeOf({ ...WAITING, installation }, ZOE, SERVER));

  keepPlace(one, { ...NOWHERE, ticket: 7 }, { epoch: 3, rev: 4 });
  noteReload(one, 1_000_000);
  new Choice("auto", one, true).set(false);

  assert.deepEqual([keptPlace(one).ticket, keptPlace(two).ticket], [7, 0]);
  assert.deepEqual([keptRevision(one).rev, keptRevision(two).rev], [4, 0]);
  assert.deepEqual([mayReload(one, 1_000_001), mayReload(two, 1_000_001)], [false, true]);
  assert.deepEqual([new Choice("auto", one, true).value, new Choice("auto", two, true).value], [false, true]);
});

test("the memory of a page and the purchase under way are kept apart", () => {
  const order = { offer: { plan: "p" }, quote: { id: "q" }, upgrade: null, at: 5 };

  new Memory("snooze", "one/acme/hall").keep("later", 1);
  remember({ installation: "one", id: "acme" }, order);

  assert.equal(new Memory("snooze", "two/acme/hall").recall(), null);
  assert.equal(remembered({ installation: "two", id: "acme" }, 6), null);
  assert.deepEqual(remembered({ installation: "one", id: "acme" }, 6), order);
  forget({ installation: "one", id: "acme" });
  assert.equal(remembered({ installation: "one", id: "acme" }, 6), null);
});

test("a purchase is remembered until it must have ended", () => {
  const payer = { installation: "one", id: "acme" };
  const order = { offer: { plan: "p" }, quote: { id: "q" }, upgrade: null, at: 0 };
  remember(payer, order);

  assert.deepEqual(remembered(payer, 29 * 60_000), order);
  assert.equal(remembered(payer, 30 * 60_000), null);
});

test("what another version of the page left behind is no purchase", () => {
  const payer = { installation: "one", id: "acme" };
  remember(payer, {});
  const [name] = localStorage.keys();
  for (const left of ["{", "[]", "null", '{"quote": {}}', '{"offer": {}, "quote": 1}']) {
    localStorage.setItem(name, left);

    assert.equal(remembered(payer, 0), null, left);
  }
});

test("where a page may keep nothing a purchase goes on", () => {
  globalThis.localStorage = new Proxy({}, { get: () => assert.fail("denied") });

  remember({ installation: "one", id: "acme" }, { offer: {}, quote: { id: "q" } });
  assert.equal(remembered({ installation: "one", id: "acme" }, 6), null);
});

/** Once what stands in line to run has run. */
function soon() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

test("tabs hear each other within one scope, and not beyond it", () => {
  const tabs = ["one", "one", "two"].map(() => new Tabs());
  const heard = [];
  ["one", "one", "two"].forEach((scope, turn) => {
    tabs[turn].join(scope);
    tabs[turn].addEventListener("back", () => heard.push(turn));
  });

  tabs[0].comeBack();

  assert.deepEqual(heard, [1]);
});

test("one of two tabs acts, and each room has its own acts", async () => {
  const [tab, other] = [new Tabs(), new Tabs()];
  const done = [];
  for (const scope of ["one", "two"]) {
    tab.join(scope);
    other.join(scope);
    for (const each of [tab, other]) each.once("enter 1", () => done.push(scope));
    await soon();
    await soon();
  }

  assert.deepEqual(done, ["one", "two"]);
});

test("who has left acts no more, and leaves no channel and no lock behind", async () => {
  const tabs = new Tabs();
  tabs.join("one");
  tabs.once("ring", () => {});
  await soon();
  assert.equal(held.size, 1);
  tabs.once("enter", () => assert.fail("it has left"));
  tabs.leave();

  await soon();

  assert.deepEqual([held.size, Channel.open.size], [0, 0]);
});
