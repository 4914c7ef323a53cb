/**
 * Writes the TypeScript types of all messages, from the server's AsyncAPI document on stdin, to
 * stdout. `make types` keeps them in library/messages.d.ts.
 */

import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";

const HEADER = `/**
 * The messages of the WebSocket and of polls. Made from /asyncapi.json by \`make types\`: do not edit.
 */
`;
/** Operations, and the name of the type of their messages. */
const UNIONS = {
  send_to_attendee: ["ToAttendee", "What an attendee gets."],
  send_to_host: ["ToHost", "What a host gets. Presenters get the same."],
};

const { channels, components, operations } = JSON.parse(await text(process.stdin));

/** @param {{$ref: string}} reference */
const last = ({ $ref }) => $ref.split("/").at(-1);
/** @param {string} operation */
const typesOf = (operation) =>
  operations[operation].messages.map((reference) => {
    const message = components.messages[last(channels.connection.messages[last(reference)])];
    return last(message.payload);
  });
const allOf = (/** @type {string} */ action) => [
  ...new Set(
    Object.keys(operations)
      .filter((name) => operations[name].action === action && operations[name].channel.$ref === "#/channels/connection")
      .flatMap(typesOf),
  ),
];

const definitions = needed([...allOf("send"), ...allOf("receive")]);
const types = await compile(
  { title: "Definitions", type: "object", additionalProperties: false, definitions: pointed(definitions) },
  "Definitions",
  { additionalProperties: false, bannerComment: "", format: true, unreachableDefinitions: true },
);

process.stdout.write(
  [
    HEADER,
    types
      .replace(/^export interface Definitions \{\s*\}\n/m, "")
      .replace(/(\n \*)? ?\n \* This interface was referenced by `Definitions`'s JSON-Schema\n \* via the `definition` "\w+"\./g, "")
      .trim(),
    union("ServerMessage", "What a server sends.", allOf("send")),
    union("ClientMessage", "What a client sends.", allOf("receive")),
    ...Object.entries(UNIONS).map(([operation, [name, about]]) => union(name, about, typesOf(operation))),
    `/** The message of that type: \`MessageOf<"waiting">\`. */\nexport type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;`,
  ].join("\n\n") + "\n",
);

/** @param {string} name @param {string} about @param {string[]} members */
function union(name, about, members) {
  return `/** ${about} Told apart by \`type\`. */\nexport type ${name} =\n${members.map((member) => `  | ${member}`).join("\n")};`;
}

/** The schemas of these names, and all that they refer to. @param {string[]} names */
function needed(names) {
  const found = new Map();
  for (const todo = [...names]; todo.length > 0; ) {
    const name = /** @type {string} */ (todo.pop());
    if (found.has(name)) continue;
    found.set(name, components.schemas[name]);
    const references = JSON.stringify(components.schemas[name]).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    todo.push(...[...references].map((reference) => reference[1]));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @param {object} schemas */
function pointed(schemas) {
  return JSON.parse(JSON.stringify(schemas).replaceAll("#/components/schemas/", "#/definitions/"));
}
