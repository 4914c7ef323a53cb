/** What people read in each state is what somebody has read and found right. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { table } from "./text_table.mjs";

test("every state says what the reviewed table says", () => {
  const reviewed = readFileSync(new URL("text_table.md", import.meta.url), "utf8");

  assert.equal(table(), reviewed, "run `node tests/node/text_table.mjs > tests/node/text_table.md`, and read what changed");
});
