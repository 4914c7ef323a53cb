/**
 * What hosts and attendees read in each state, in both languages.
 *
 *     node tests/node/text_table.mjs > tests/node/text_table.md
 *
 * writes the table anew; read the difference before you commit it.
 */

import { pathToFileURL } from "node:url";

process.env.TZ = "UTC";
Object.defineProperty(globalThis, "navigator", { value: { languages: ["en-GB", "de-DE"] }, configurable: true });

const { figureWords, fullnessWords, noticeWords } = await import("../../client_demo/library/barwords.js");
const { firstLink } = await import("../../client_demo/library/linkstate.js");
const { NOWHERE } = await import("../../client_demo/library/place.js");
const placeWords = await import("../../client_demo/library/placewords.js");
const roomWords = await import("../../client_demo/pages/roomwords.js");
const { plain, wordsOf } = await import("./words.mjs");

const NOON = Date.UTC(2026, 2, 1, 12);
const QUIET = { joins_per_min: 0, full_in_s: null };

/** The level as the server gives it: include/notice.lua. */
function levelOf({ capacity, occupied, held = 0, noticed = false }) {
  const taken = occupied + held;
  if (taken > capacity) return "draining";
  if (taken > 0 && taken === capacity) return "full";
  return noticed ? "nearly_full" : "ok";
}

/** A room with these figures; `noticed` for one that has a notice though it is not full. */
function room(figures) {
  const { noticed = false, ...known } = figures;
  const all = { status: "open", paused: false, held: 0, waiting: 0, forecast: QUIET, ...known };
  const level = levelOf({ ...all, noticed });
  const isNoticed = noticed || level === "full" || level === "draining";
  const notice = isNoticed ? { level: level === "nearly_full" ? level : "full", can_buy: true, limited: false, offers: [] } : null;
  return { ...all, level, notice };
}

const GROWING = { joins_per_min: 20, full_in_s: 130 };

/** @type {Record<string, object>} */
export const ROOMS = {
  "empty": room({ capacity: 50, occupied: 0 }),
  "some inside": room({ capacity: 50, occupied: 12 }),
  "first seconds: people come, no forecast": room({ capacity: 50, occupied: 12, forecast: { joins_per_min: 60, full_in_s: null } }),
  "growing": room({ capacity: 50, occupied: 12, forecast: GROWING }),
  "full in seconds": room({ capacity: 50, occupied: 30, noticed: true, forecast: { joins_per_min: 90, full_in_s: 14 } }),
  "growing slowly": room({ capacity: 5000, occupied: 12, forecast: { joins_per_min: 1, full_in_s: 299280 } }),
  "nearly full by its level": room({ capacity: 50, occupied: 41, noticed: true }),
  "nearly full by the forecast": room({ capacity: 50, occupied: 30, noticed: true, forecast: GROWING }),
  "nearly full, one is called": room({ capacity: 50, occupied: 41, held: 1, noticed: true }),
  "full": room({ capacity: 50, occupied: 50 }),
  "full, one waits": room({ capacity: 50, occupied: 50, waiting: 1 }),
  "full, many wait, some called": room({ capacity: 300, occupied: 290, held: 10, waiting: 1234 }),
  "full, then one left": { ...room({ capacity: 50, occupied: 49, noticed: true }), notice: room({ capacity: 50, occupied: 50 }).notice },
  "one seat, free": room({ capacity: 1, occupied: 0 }),
  "one seat, taken": room({ capacity: 1, occupied: 1 }),
  "one seat, two inside": room({ capacity: 1, occupied: 2 }),
  "two seats, one taken": room({ capacity: 2, occupied: 1, noticed: true }),
  "no seats": room({ capacity: 0, occupied: 0 }),
  "no seats, some wait": room({ capacity: 0, occupied: 0, waiting: 3 }),
  "no seats, one inside": room({ capacity: 0, occupied: 1 }),
  "no seats, three inside, some wait": room({ capacity: 0, occupied: 3, waiting: 2 }),
  "more people than seats": room({ capacity: 50, occupied: 53 }),
  "many more people than seats, some wait": room({ capacity: 300, occupied: 1458, waiting: 20 }),
  "on hold, seats free": room({ capacity: 50, occupied: 12, paused: true, forecast: { joins_per_min: 20, full_in_s: null } }),
  "on hold, seats free, some wait": room({ capacity: 50, occupied: 12, waiting: 3, paused: true }),
  "on hold, full": room({ capacity: 50, occupied: 50, paused: true }),
  "on hold, more people than seats": room({ capacity: 50, occupied: 53, waiting: 2, paused: true }),
  "closed": room({ capacity: 50, occupied: 0, status: "closed" }),
  "closed while on hold": room({ capacity: 50, occupied: 0, status: "closed", paused: true }),
};

function place(kind, more = {}) {
  return { ...NOWHERE, kind, graceMs: 30_000, ticket: 100, reason: "full", toldAt: NOON, ...more };
}

function shown(place, more = {}, link = {}) {
  const live = { ...firstLink(), phase: "live", since: NOON, keptMs: 0, ...link };
  return { place, link: live, auto: true, entersAt: NOON, offline: false, now: NOON, ...more };
}

const CALLED = place("called", { momentAt: NOON, claimUntil: NOON + 45_000 });
const ended = (code, who = NOWHERE) => shown(who, {}, { phase: "ended", code });
const away = (more = {}, who = place("waiting", { ahead: 3 })) => shown(who, more, { phase: "away" });

/** @type {Record<string, object>} */
export const PLACES = {
  "connecting": shown(NOWHERE, {}, { phase: "connecting" }),
  "not open yet": shown(NOWHERE, {}, { phase: "connecting", keptMs: 5_000 }),
  "waiting, no estimate": shown(place("waiting", { ahead: 13 })),
  "waiting, one ahead": shown(place("waiting", { ahead: 1, estimate: [5, 75] })),
  "waiting, 300 ahead": shown(place("waiting", { ahead: 300, estimate: [1190, 7560] })),
  "waiting, very long": shown(place("waiting", { ahead: 3000, estimate: [11900, 75600] })),
  "next": shown(place("waiting", { ahead: 0, estimate: [2, 40] })),
  "on hold": shown(place("waiting", { ahead: 3, reason: "paused" })),
  "missed a call": shown(place("waiting", { ahead: 20, reason: "missed_call" })),
  "missed a call, enters by hand": shown(place("waiting", { ahead: 20, reason: "missed_call" }), { auto: false }),
  "was away too long": shown(place("waiting", { ahead: 20, reason: "expired" })),
  "called, not yet": shown({ ...CALLED, momentAt: NOON + 9_000 }),
  "called, enters by itself": shown(CALLED, { entersAt: NOON + 2_000 }),
  "called, by hand": shown(CALLED, { auto: false }),
  "called, last seconds": shown({ ...CALLED, claimUntil: NOON + 12_000 }, { auto: false }),
  "called, last second": shown({ ...CALLED, claimUntil: NOON + 1_000 }, { auto: false }),
  "called, time is over": shown({ ...CALLED, claimUntil: NOON }, { auto: false }),
  "called, connection lost": shown(CALLED, {}, { phase: "away" }),
  "seated": shown(place("seated", { graceMs: 20_000, wasIn: true })),
  "lost: expired": shown(place("lost", { lost: "expired" })),
  "lost: missed calls": shown(place("lost", { lost: "missed_calls" })),
  "lost: removed": shown(place("lost", { lost: "removed" })),
  "closed, was inside": shown(place("closed", { lost: "closed", wasIn: true })),
  "closed, was in line": shown(place("closed", { lost: "closed" })),
  "connection lost": away(),
  "connection lost, too long": away({ now: NOON + 60_000 }),
  "connection lost, no place yet": away({}, NOWHERE),
  "connection lost while inside": away({}, place("seated", { graceMs: 20_000, wasIn: true })),
  "connection lost while inside, too long": away({ now: NOON + 60_000 }, place("seated", { graceMs: 20_000, wasIn: true })),
  "connection lost while called, too long": away({ now: NOON + 60_000 }, CALLED),
  "connection lost while the line is on hold": away({}, place("waiting", { ahead: 3, reason: "paused" })),
  "offline": away({ offline: true }),
  "ended 4001": ended(4001),
  "ended 4003": ended(4003),
  "ended 4004": ended(4004),
  "ended 4010": ended(4010),
  "ended 4011, was inside": ended(4011, place("seated")),
  "ended 4011, was in line": ended(4011, place("waiting", { ahead: 3 })),
  "ended 4013": ended(4013),
  "ended 4000": ended(4000),
};

/** @returns {Record<string, string>} part -> text */
function hostTexts(state, words) {
  const house = roomWords.houseWords(state, words);
  const bar = figureWords(state, words);
  return {
    "level": roomWords.levelWords(state, words),
    "title": roomWords.takenWords(state, words),
    "detail": roomWords.seatsWords(state, words),
    "seats": `${house.taken} ${house["of-capacity"]}; ${house.inside} / ${house.held} / ${house.free} / ${house.over || "-"}`,
    "picture": house.picture,
    "line": `${words.number(state.waiting)}: ${roomWords.lineWords(state, words)}`,
    "pace": roomWords.paceWords(state, words),
    "full": roomWords.forecastWords(state, words),
    "read aloud": state.notice ? fullnessWords(state, words) : "",
    "bar": [bar.level, bar.taken, bar.waiting].filter(Boolean).join(" · "),
    "bar, notice": state.notice ? noticeWords(state.notice, state, words) : "",
  };
}

/** @returns {Record<string, string>} part -> text */
function attendeeTexts(state, words) {
  const { place: where, link } = state;
  const key = placeWords.stateOf(state);
  const line = where.kind === "waiting" && link.phase !== "ended" ? placeWords.lineWords(where, words, link.phase === "away") : null;
  return {
    "tab": placeWords.titleOf(state, words),
    "headline": words.say(key),
    "lead": placeWords.leadOf(key, state, words),
    "place": line ? `${line.ahead} ${line.words}`.trim() : "",
    "expected wait": line ? `${line.estimate} ${line.asOf}`.trim() : "",
    "call": where.kind === "called" && key.startsWith("call.") ? placeWords.callWords(state, words) : "",
    "away": link.phase === "away" ? placeWords.awayWords(state, words) : "",
  };
}

function section(name, textsOf) {
  const [en, de] = ["en", "de"].map((language) => textsOf(wordsOf(language)));
  const rows = Object.keys(en).filter((part) => en[part] || de[part]);
  const lines = rows.map((part) => `| ${part} | ${plain(en[part])} | ${plain(de[part])} |`);
  return [`### ${name}`, "", "| | English | Deutsch |", "| --- | --- | --- |", ...lines, ""].join("\n");
}

export function table() {
  const hosts = Object.entries(ROOMS).map(([name, state]) => section(name, (words) => hostTexts(state, words)));
  const attendees = Object.entries(PLACES).map(([name, state]) => section(name, (words) => attendeeTexts(state, words)));
  return [
    "# What people read in each state",
    "",
    "Written by `node tests/node/text_table.mjs > tests/node/text_table.md`, and read by people.",
    "",
    "## Hosts: the host page and the host bar",
    "",
    ...hosts,
    "## Attendees: the waiting room",
    "",
    ...attendees,
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.stdout.write(table());
