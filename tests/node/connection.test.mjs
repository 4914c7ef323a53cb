/** When a connection that polls tries a WebSocket, which takes the seat of whoever is called. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { RoomConnection } from "../../client_demo/library/connection.js";

const AFTER_MS = 600_000; // longer than the connection ever waits before it tries a socket
const WAITING = { type: "waiting", epoch: 1, rev: 1, ticket: 7, called: false };
const CALLED = { ...WAITING, called: true, claim_s: 45 };
const TOLD = [
  { type: "message", epoch: 1, rev: 1, text: "Soon", at: "2026-03-01T19:00:00Z" },
  { type: "watch", epoch: 1, rev: 1, watch: null, window_ms: 0 },
  { type: "line", epoch: 1, rev: 1, ahead: 0 },
];

/** A socket that never opens. The first ones are closed by the network before they bring anything. */
class Socket {
  static blocked = 2;
  static opened = 0;
  static closed = 0;

  constructor() {
    Socket.opened += 1;
    if (Socket.opened <= Socket.blocked) setTimeout(() => this.onclose?.({ code: 1006 }));
  }

  close() {
    Socket.closed += 1;
  }
}

/** A page that can only poll; `heard` is in each answer. */
class Page {
  #connection = new RoomConnection({ token: () => "token", server: "http://lab.test" });

  constructor(heard) {
    this.heard = heard;
    Socket.opened = Socket.closed = 0;
    globalThis.fetch = async () => Response.json({ messages: this.heard, poll_after_s: 5 });
    this.#connection.open();
  }

  async pass(ms) {
    for (let passed = 0; passed < ms; passed += 1_000) {
      mock.timers.tick(1_000);
      await new Promise(setImmediate); // the answers of polls
    }
  }

  close() {
    this.#connection.close();
    assert.equal(this.#connection.link.via, "poll");
  }
}

/** How many sockets are tried by a page that hears this. */
async function triesWhile(heard) {
  const page = new Page(heard);
  await page.pass(AFTER_MS);
  page.close();
  return Socket.opened - Socket.blocked;
}

globalThis.addEventListener = () => {};
globalThis.document = Object.assign(new EventTarget(), { baseURI: "http://lab.test/" });
globalThis.WebSocket = Socket;
mock.timers.enable({ apis: ["setTimeout", "Date"] });

test("a socket is tried where one only waits", async () => {
  assert.ok((await triesWhile([WAITING])) > 0);
});

test("no socket is tried while one is called, whatever else is told", async () => {
  assert.equal(await triesWhile([CALLED]), 0);
  for (const message of TOLD) assert.equal(await triesWhile([CALLED, message]), 0, message.type);
});

test("a socket is tried again once the call is over", async () => {
  const seated = { type: "seated", epoch: 1, rev: 2, grace_s: 20 };

  for (const message of [seated, WAITING]) assert.ok((await triesWhile([CALLED, message])) > 0, message.type);
});

test("a socket that has not opened when the call comes is given up", async () => {
  const page = new Page([WAITING]);
  while (Socket.opened <= Socket.blocked) await page.pass(1_000);
  assert.equal(Socket.closed, 0);

  page.heard = [CALLED];
  await page.pass(6_000);

  assert.equal(Socket.closed, 1);
  page.close();
});
