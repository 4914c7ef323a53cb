/** The guided minute: listens to the room and to the demo, and turns clicks into orders. */

import { joined } from "../library/storagename.js";
import { at } from "./address.js";
import { Backend } from "./backend.js";
import { byId } from "./elements.js";
import { RoomConnection } from "./fullhouse.js";
import { actOf, hasPhone, NO_GUIDE, withScene } from "./guide.js";
import { GuideFrames } from "./guideframes.js";
import { GuideView } from "./guideview.js";
import { Memory } from "./memory.js";
import { RoomCalls } from "./roomcalls.js";
import { NO_ROOM, nextRoomView } from "./roomview.js";
import { newParticipant, roomToken } from "./session.js";

/** @import { Chapter, Guide } from "./guide.js" */
/** @import { Act } from "./backend.js" */
/** @import { Message, RoomMessage } from "./fullhouse.js" */
/** @import { RoomView } from "./roomview.js" */
/** @import { Texts } from "./texts.js" */

const LOOKS_EVERY_MS = 1_000;

export class GuideTour {
  #texts;
  #view = new GuideView();
  #frames = new GuideFrames(byId("frames"));
  #session = () => roomToken("host");
  #backend = new Backend(this.#session);
  #roomCalls = new RoomCalls(this.#session);
  /** @type {RoomConnection | null} */
  #connection = null;
  #looking = 0;
  /** @type {Readonly<Guide>} */
  #guide = NO_GUIDE;
  /** @type {Readonly<RoomView>} */
  #room = NO_ROOM;
  /** The participant with the phone, the same after a reload of the page. */
  #phone = "";
  #epoch = 0;
  /** @type {Chapter} */
  #chapter = "opening";
  /** @type {Act | null} that the demo has not answered yet */
  #ordered = null;
  #hasFailed = false;
  #drawing = 0;

  /** @param {() => Texts} texts */
  constructor(texts) {
    this.#texts = texts;
    byId("guide-act").onclick = () => this.#act(byId("guide-act"));
    byId("guide-again").onclick = () => this.#pressed(byId("guide-again")) && this.#order("start_over");
    addEventListener("resize", () => this.#redraw());
  }

  begin() {
    if (this.#connection) return;
    this.#connect();
    this.#look();
    this.#looking = setInterval(() => document.visibilityState === "visible" && this.#look(), LOOKS_EVERY_MS);
    this.#redraw();
  }

  #connect() {
    this.#connection?.close();
    const connection = new RoomConnection({ server: at(""), token: async () => (await this.#session()).token });
    connection.addEventListener("anew", () => this.#enterAnother());
    connection.addEventListener("link", () => this.#redraw());
    connection.addEventListener("message", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
    this.#connection = connection;
    connection.open();
  }

  end() {
    clearInterval(this.#looking);
    this.#connection?.close();
    this.#connection = null;
    this.#forget();
    for (const seen of /** @type {const} */ (["host", "attendee", "account"])) this.#frames.show(seen, null);
  }

  switchLanguage() {
    this.#frames.reload();
    this.#redraw();
  }

  /** The room was opened anew, here or by another visitor: all pages connect again. */
  #enterAnother() {
    this.#forget();
    this.#frames.show("attendee", null); // somebody else has the phone
    this.#frames.reload();
  }

  #forget() {
    this.#guide = { ...NO_GUIDE, scene: this.#guide.scene };
    this.#room = NO_ROOM;
    this.#epoch = 0;
    this.#phone = "";
  }

  /** @param {Message} message */
  #hear(message) {
    this.#room = nextRoomView(this.#room, message, performance.now());
    if (message.type === "room") this.#enter(message);
    if (message.type === "capacity_changed") this.#frames.renewAccount();
    this.#redraw();
  }

  /**
   * Once in each event: who has the phone, and whether seats were bought before this page came.
   *
   * @param {RoomMessage} room
   */
  async #enter({ installation = at(""), account, room, epoch = 0 }) {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    const memory = new Memory("guide", joined([installation, account, room, String(epoch)]));
    this.#phone = memory.recall()?.value ?? newParticipant("guest");
    memory.keep(this.#phone, Date.now());
    const told = await this.#roomCalls.history(room).catch(() => null);
    const raised = told?.moments.some(({ kind, from, to }) => kind === "capacity" && to > from) ?? false;
    if (epoch === this.#epoch) this.#guide = { ...this.#guide, raised };
    this.#redraw();
  }

  /** The state of the demo. No answer is no news: the link to the room tells what is wrong. */
  async #look() {
    if (this.#ordered) return;
    const scene = await this.#backend.look().catch(() => null);
    if (this.#ordered || !this.#connection) return;
    this.#guide = withScene(this.#guide, scene);
    this.#connection.reopen(); // does nothing unless the event is over: then another one may have begun
    this.#redraw();
  }

  /** @param {HTMLElement} button */
  #act(button) {
    const act = actOf(this.#chapter, this.#guide);
    if (!act || !this.#pressed(button)) return;
    if (act !== "host") this.#order(act);
    else if (!this.#frames.goToHost()) byId("host-door").click(); // in a tab of its own
  }

  /** @param {HTMLElement} button */
  #pressed(button) {
    return button.getAttribute("aria-disabled") !== "true";
  }

  /** @param {Act} act */
  async #order(act) {
    this.#ordered = act;
    this.#redraw();
    const scene = await this.#backend.act(act).catch(() => null);
    this.#ordered = null;
    this.#hasFailed = scene === null;
    if (scene && act === "start_over") {
      this.#enterAnother();
      this.#connect();
    }
    this.#guide = withScene(this.#guide, scene);
    this.#redraw();
  }

  #redraw() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => this.#connection && this.#draw(this.#connection));
  }

  /** @param {RoomConnection} connection */
  #draw({ link }) {
    const known = { guide: this.#guide, view: this.#room, isLive: link.phase === "live" || link.phase === "connecting" };
    const doing = { ordered: this.#ordered, hasFailed: this.#hasFailed };
    this.#chapter = this.#view.draw(known, doing, this.#texts());
    this.#frames.show("host", "host");
    this.#frames.show("account", "account");
    if (this.#phone && hasPhone(this.#chapter)) this.#frames.show("attendee", `attend?p=${this.#phone}`);
    this.#frames.point(this.#chapter === "full");
    this.#frames.name(this.#texts());
  }
}
