/** The guide on the start page: each chapter follows from what the room and the demo report. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { actOf, chapterOf, hasPhone, NO_GUIDE, STEPS, stepOf, withScene } from "../../client_demo/pages/guide.js";
import { captionOf } from "../../client_demo/pages/guidewords.js";
import { CATALOGUES, Texts } from "../../client_demo/pages/texts.js";
import { NO_ROOM, nextRoomView } from "../../client_demo/pages/roomview.js";

const ROOM = { type: "room", status: "open", capacity: 50, occupied: 30, held: 0, waiting: 0, level: "ok", notice: null };
const OFFER = { plan: "live-100", name: "Live 100", seats: 100, due_now: { amount: 1833, currency: "EUR" } };
const NOTICE = { id: "n1", level: "full", can_buy: true, offers: [OFFER] };
const RAISED = { type: "capacity_changed", from: 50, to: 100, cause: "upgrade", change: "c1" };
const FULL = { ...ROOM, occupied: 50, waiting: 12, level: "full", notice: NOTICE };

function scene({ second = "running", people = 70, arrived = 30, away = 0, second_people = 35 } = {}) {
  const there = second === "running" ? second_people : 0;
  return {
    crowd: { is_here: people > 0, people, inside: arrived, called: 0, waiting: 0, away },
    nodes: [
      { state: "running", people: arrived - there },
      { state: second, people: there },
    ],
    network_back_ms: 0,
    through: 0,
  };
}

function viewAfter(...messages) {
  return messages.reduce((view, message, turn) => nextRoomView(view, message, 1_000 * turn), NO_ROOM);
}

function known({ messages = [ROOM], scenes = [scene()], isLive = true } = {}) {
  const guide = scenes.reduce((before, now) => withScene(before, now), NO_GUIDE);
  return { guide, view: viewAfter(...messages), isLive };
}

const STORY = {
  opening: known({ messages: [] }),
  filling: known(),
  nearly_full: known({ messages: [{ ...ROOM, occupied: 41, level: "nearly_full", notice: NOTICE }] }),
  full: known({ messages: [FULL] }),
  coming: known({ messages: [FULL, RAISED, { ...ROOM, capacity: 100, occupied: 55, held: 7 }] }),
  inside: known({ messages: [FULL, RAISED, { ...ROOM, capacity: 100, occupied: 55, held: 7 }, { ...ROOM, capacity: 100, occupied: 62 }] }),
  crashed: known({ messages: [FULL, RAISED, { ...ROOM, capacity: 100, occupied: 62 }], scenes: [scene({ arrived: 70 }), scene({ arrived: 40, away: 30, second: "down" })] }),
  back: known({ messages: [FULL, RAISED, { ...ROOM, capacity: 100, occupied: 62 }], scenes: [scene({ arrived: 70 }), scene({ arrived: 70, second: "down" })] }),
};
const IDLE = { ordered: null, hasFailed: false };

test("the story goes on with the room, step by step", () => {
  for (const [chapter, state] of Object.entries(STORY)) assert.equal(chapterOf(state), chapter);

  const steps = Object.keys(STORY).map(stepOf);
  assert.deepEqual(steps, [0, 0, 1, 2, 3, 4, 4, STEPS.length]);
});

test("nothing but news moves it on, and news may also take it back", () => {
  const full = known({ messages: [FULL] });
  const calm = known({ messages: [FULL, ROOM] });

  assert.equal(chapterOf({ ...full, now: Infinity }), "full");
  assert.equal(chapterOf(calm), "filling");
});

test("people who do not come when they are called do not stop the story", () => {
  const called = { ...ROOM, capacity: 100, occupied: 50, held: 10 };
  const after = (occupied, held) => known({ messages: [FULL, RAISED, called, { ...called, occupied, held }] });

  assert.equal(chapterOf(after(56, 4)), "coming");
  assert.equal(chapterOf(after(57, 3)), "inside");
});

test("a visitor who comes after the purchase begins there", () => {
  const late = known({ messages: [{ ...ROOM, capacity: 100, occupied: 62 }], scenes: [scene({ arrived: 70 })] });

  assert.equal(chapterOf(late), "few");
  assert.equal(chapterOf({ ...late, guide: { ...late.guide, raised: true } }), "inside");
});

test("a crash counts whoever caused it, until everybody who was cut off has a place again", () => {
  const whole = withScene(NO_GUIDE, scene({ arrived: 70 }));
  const down = withScene(whole, scene({ arrived: 40, away: 30, second: "down" }));
  const later = withScene(down, scene({ arrived: 70, second: "down" }));
  const again = withScene(later, scene({ arrived: 70, second: "starting" }));

  assert.equal(whole.crash, null);
  assert.equal(down.crash?.before, whole.scene);
  assert.equal(again.crash, down.crash);
  const view = viewAfter(ROOM);
  assert.deepEqual([down, later, again].map((guide) => chapterOf({ guide, view, isLive: true })), ["crashed", "back", "back"]);
});

test("a node that only starts is no crash", () => {
  assert.equal(withScene(NO_GUIDE, scene({ second: "starting" })).crash, null);
});

test("what cannot go on by itself says so and offers a way", () => {
  const nobody = known({ scenes: [scene({ people: 0 })] });
  const few = known({ scenes: [scene({ people: 30 })] });
  const over = known({ messages: [{ ...ROOM, status: "closed" }] });
  const gone = known({ isLive: false });

  assert.deepEqual([nobody, few, over, gone].map(chapterOf), ["empty", "few", "closed", "unreachable"]);
  assert.deepEqual([nobody, few, over, gone].map((state) => actOf(chapterOf(state), state.guide)), ["send_crowd", "start_over", "start_over", null]);
});

test("without a demo behind the page there is nothing to order", () => {
  const acts = ["empty", "few", "closed", "inside", "back"].map((chapter) => actOf(chapter, NO_GUIDE));

  assert.deepEqual(acts, [null, null, null, null, null]);
  assert.equal(actOf("full", NO_GUIDE), "host");
});

test("somebody with a phone comes only when there is a line to wait in", () => {
  const before = ["opening", "empty", "few", "filling", "nearly_full"];

  assert.ok(!before.some(hasPhone));
  assert.ok(["full", "coming", "inside"].every(hasPhone));
});

test("every caption is whole in both languages, and names the button of the host's page", () => {
  globalThis.navigator ??= { languages: ["en-GB", "de-DE"] };
  for (const language of Object.keys(CATALOGUES)) {
    const texts = new Texts(language);
    for (const [chapter, state] of Object.entries(STORY)) {
      const { title, detail } = captionOf(chapter, state, IDLE, texts);
      assert.doesNotMatch(`${title} ${detail}`, /undefined|NaN|[{}]/);
      assert.ok(title && detail, chapter);
    }
    assert.match(captionOf("full", STORY.full, IDLE, texts).detail, /50 .*18[.,]33/);
  }
});

test("only whoever starts over is told so, and a failure until the next order", () => {
  globalThis.navigator ??= { languages: ["en-GB", "de-DE"] };
  const texts = new Texts("en");
  const said = (ordered, hasFailed) => captionOf("inside", STORY.inside, { ordered, hasFailed }, texts).detail;
  const usual = said(null, false);

  assert.deepEqual([said("stop_node", false), said("stop_node", true)], [usual, usual]);
  assert.equal(said("start_over", true), texts.say("guide.starting_over"));
  assert.equal(said(null, true), texts.say("guide.failed"));
});
