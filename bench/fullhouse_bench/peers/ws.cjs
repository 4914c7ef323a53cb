// Node's `ws`, as its documentation broadcasts: a loop over the clients.
"use strict";

const { createInterface } = require("node:readline");
const { createRequire } = require("node:module");
const { WebSocket, WebSocketServer } = createRequire(process.argv[3] + "/")("ws");

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  backlog: 4096,
});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const payload = line.slice("go ".length);
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(payload);
    }
  })
  .on("close", () => process.exit(0));
