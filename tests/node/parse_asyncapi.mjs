// Reads an AsyncAPI document from stdin and prints what the official parser says of it, as JSON.

import { text } from "node:stream/consumers";

import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const operations = document?.operations().all() ?? [];
const byOperation = Object.fromEntries(
  operations.map((each) => [each.id(), each.messages().all().map((message) => message.name())]),
);
console.log(JSON.stringify({ diagnostics, operations: byOperation }));
