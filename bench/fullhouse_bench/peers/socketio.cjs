// Node's socket.io: everybody in one room, `emit` to the room.
"use strict";

const { createServer } = require("node:http");
const { createInterface } = require("node:readline");
const { createRequire } = require("node:module");
const { Server } = createRequire(process.argv[3] + "/")("socket.io");

const http = createServer();
// Pings off: a server that stands still while others are measured would take them for lost.
const server = new Server(http, { pingInterval: 3_600_000, pingTimeout: 3_600_000 });

server.on("connection", (socket) => socket.join("hall"));
http.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 });

createInterface({ input: process.stdin })
  .on("line", (line) => {
    server.to("hall").emit("refresh_required", JSON.parse(line.slice("go ".length)));
  })
  .on("close", () => process.exit(0));
