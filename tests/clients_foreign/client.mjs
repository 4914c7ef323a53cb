// A waiting person in Node, written from docs/protocol.md: comes in when called, then leaves.
// It prints what it hears, a line a message, and how it ended.
import WebSocket from "ws";

const { SERVER, TOKEN } = process.env;
let [epoch, rev, ticket, lastCall] = [0, 0, 0, ""];
let retryMs = null;

function connect(attempt = 0) {
  const socket = new WebSocket(`${SERVER.replace(/^http/, "ws")}/v1/connect`, ["fullhouse.v1"]);
  const say = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
  const hello = () => say({ type: "hello", token: TOKEN });
  let watchdog;
  retryMs = null;
  [epoch, rev] = [0, 0]; // the first answer of a connection is the truth, whatever was told before

  socket.on("open", hello);
  socket.on("error", () => {}); // the close says the rest
  socket.on("message", (frame) => {
    const message = JSON.parse(frame);
    if (message.type === "alive") {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => socket.terminate(), 2000 * message.next_s);
    } else if (message.type === "retry") {
      retryMs = message.after_ms;
      setTimeout(hello, retryMs);
    } else if (!isOld(message)) {
      console.log(JSON.stringify(message));
      act(message, say);
    }
  });
  socket.on("close", (code) => {
    clearTimeout(watchdog);
    if (code >= 4000 && code < 4100 && retryMs === null) return console.log(`closed ${code}`);
    const backoff = Math.random() * Math.min(8000, 500 * 2 ** attempt);
    return setTimeout(() => connect(attempt + 1), (retryMs ?? 0) + backoff);
  });
}

function isOld(message) {
  if (message.epoch === undefined) return false;
  if (message.epoch < epoch || (message.epoch === epoch && message.rev < rev)) return true;
  [epoch, rev] = [message.epoch, message.rev];
  return false;
}

function act(message, say) {
  if (message.type === "waiting") ticket = message.ticket;
  if (message.type === "waiting" && message.called) say({ type: "claim" });
  if (message.type === "refresh_required" && isForMe(message)) {
    setTimeout(() => say({ type: "claim" }), momentOf(message));
  }
  if (message.type === "seated") say({ type: "leave" });
}

function isForMe({ refresh, called_to }) {
  if (ticket > called_to || refresh === lastCall) return false;
  lastCall = refresh;
  return true;
}

function momentOf({ called_from, called_to, window_ms }) {
  return Math.max(0, (window_ms * (ticket - called_from)) / (called_to - called_from + 1));
}

connect();
