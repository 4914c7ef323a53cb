/** A payment that is not settled is followed until its end is known, and that is told once. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { PendingNews } from "../../client_demo/pages/pendingnews.js";
import { wordsOf } from "./words.mjs";

const ORDER = { upgrade: "u1", offer: { plan: "live-100", name: "Live 100", seats: 100 } };
const LOOKS_EVERY_MS = 3_000;

/** As much of a page as this news writes. */
globalThis.document = Object.assign(new EventTarget(), {
  createElement: () => Object.assign(new EventTarget(), { setAttribute() {}, append() {} }),
});
mock.timers.enable({ apis: ["setTimeout"] });

/** News of a server whose answers are taken off these lists; an Error is no answer. */
function newsOf({ pending, ends }) {
  const next = async (answers) => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const told = [];
  const news = new PendingNews(
    { replaceChildren() {} },
    {
      billing: { pending: () => next(pending), upgrade: () => next(ends) },
      texts: () => wordsOf("en"),
      see: () => {},
      changed: (applied) => told.push(applied?.plan ?? null),
    },
  );
  return { news, told };
}

test("what was bought is told once", async () => {
  const { news, told } = newsOf({ pending: [ORDER, null], ends: [{ status: "applied" }] });

  await news.look();
  assert.equal(news.state, "open");
  await news.look();

  assert.deepEqual([news.state, news.order, told], ["bought", null, [null, "live-100"]]);
});

test("an end that could not be asked for is asked for again", async () => {
  const { news, told } = newsOf({ pending: [ORDER, null, null], ends: [new Error("no network"), { status: "failed" }] });

  await news.look();
  await news.look();
  assert.equal(news.state, "open");
  mock.timers.tick(LOOKS_EVERY_MS);
  await new Promise(setImmediate);

  assert.deepEqual([news.state, told], ["failed", [null, null]]);
});
