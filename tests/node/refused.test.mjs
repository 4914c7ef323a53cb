/** What the pages make of an answer that refuses. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { isUnanswered, Refused, said } from "../../client_demo/pages/refused.js";

/** @param {object} problem */
async function refusal(problem) {
  const answer = new Response(JSON.stringify(problem), { status: 429 });
  return said(answer).then(() => assert.fail("no refusal"), (error) => error);
}

test("a limit that passes in a moment may be tried again, as nobody knows what became of the call", async () => {
  const error = await refusal({ code: "rate_limited", limit: "person_calls", detail: "Too many calls." });

  assert.ok(error instanceof Refused);
  assert.deepEqual([error.code, isUnanswered(error)], ["rate_limited", true]);
});

for (const limit of ["person_quotes", "account_quotes", "account_purchases"]) {
  test(`nobody is told to try again in a moment after ${limit}`, async () => {
    const error = await refusal({ code: "rate_limited", limit });

    assert.deepEqual([error.code, isUnanswered(error)], ["come_back_later", false]);
  });
}
