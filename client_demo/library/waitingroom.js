/** `<fullhouse-waiting-room>`: keeps one's place, and enters when it is time. */

import { askAfterMs, isOld } from "./asking.js";
import { Attention } from "./attention.js";
import { AutoEntry } from "./autoentry.js";
import { Chime } from "./chime.js";
import { Choice } from "./choices.js";
import { sheet } from "./dom.js";
import { RoomElement } from "./elementbase.js";
import { keepPlace, keptPlace, keptRevision, mayReload, reload } from "./entry.js";
import { firstLink } from "./linkstate.js";
import { NOWHERE, nextPlace } from "./place.js";
import { titleOf } from "./placewords.js";
import { UNTOLD } from "./returning.js";
import { BASE_STYLE } from "./styles/base.js";
import { CALL_STYLE } from "./styles/call.js";
import { CHOICES_STYLE } from "./styles/choices.js";
import { STREAM_STYLE } from "./styles/stream.js";
import { WAITING_STYLE } from "./styles/waiting.js";
import { personOf, scopeOf } from "./storagename.js";
import { Tabs } from "./tabs.js";
import { PageTitle } from "./title.js";
import { WaitingView } from "./waitingview.js";

/** @import { RoomConnection } from "./connection.js" */
/** @import { Place } from "./place.js" */
/** @import { Message } from "./types.js" */

const STYLES = [BASE_STYLE, WAITING_STYLE, CALL_STYLE, CHOICES_STYLE, STREAM_STYLE];
const TICK_MS = 250;
const LEFT = 4011;

/**
 * Keeps a person's place in line, and enters when it is time.
 *
 * @tagname fullhouse-waiting-room
 * @attr {string} server - origin of the server; the page's own if absent
 * @attr {string} token-url - a route of the platform that answers `{"token"}` to a POST
 * @attr {string} room - which room the token is to be for, if the page has several
 * @attr {string} lang - `en` or `de`; the preference of the browser if absent
 * @attr {"light" | "dark"} theme - the `color-scheme` of the page if absent
 * @attr {"claim" | "reload"} enter - `reload`: load the page again to enter
 * @attr {"off"} auto - `off`: do not enter by itself unless the person says so
 * @attr {"keep"} page-title - `keep`: leave the title of the page alone
 * @fires {CustomEvent<Place>} fullhouse-place - with each change
 * @fires {CustomEvent<Place>} fullhouse-enter - before it enters; cancel it to do that yourself
 * @fires {CustomEvent<Link>} fullhouse-link - with each change of the connection
 * @slot waiting - shown to a person in line, called or not
 * @slot inside - shown to a person who is inside
 * @slot next - shown when the event is over or the visit has ended
 * @csspart card
 * @csspart headline
 * @csspart enter - the button
 * @cssprop --fullhouse-accent
 * @cssprop --fullhouse-accent-strong
 * @cssprop --fullhouse-accent-soft
 * @cssprop --fullhouse-on-accent
 * @cssprop --fullhouse-surface
 * @cssprop --fullhouse-sunken
 * @cssprop --fullhouse-ink
 * @cssprop --fullhouse-muted
 * @cssprop --fullhouse-line
 * @cssprop --fullhouse-edge
 * @cssprop --fullhouse-signal
 * @cssprop --fullhouse-signal-fill
 * @cssprop --fullhouse-signal-soft
 * @cssprop --fullhouse-danger
 * @cssprop --fullhouse-radius
 * @cssprop --fullhouse-shadow
 * @cssprop --fullhouse-font
 */
export class WaitingRoom extends RoomElement {
  #view = new WaitingView(this.attachShadow({ mode: "open" }));
  #title = new PageTitle();
  #tabs = new Tabs();
  #chime = new Chime();
  #attention = new Attention();
  #autoEntry = new AutoEntry(() => this.#tick());
  /** @type {Choice | null} */
  #auto = null;
  /** @type {Choice | null} */
  #sound = null;
  /** @type {Readonly<Place>} */
  #place = NOWHERE;
  #entering = false;
  #ticking = 0;
  #askedAt = 0;
  #askAfterMs = askAfterMs();
  #person = personOf("");
  /** Names what the browser keeps; empty until the server has said which room this is. */
  #scope = "";

  constructor() {
    super();
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    root.adoptedStyleSheets = STYLES.map(sheet);
    this.#view.at("enter").onclick = () => this.enter();
    this.#view.onLeave(() => this.leave());
    this.#view.stream.listen({
      enter: () => this.enter(),
      say: (on) => this.connection?.watching(on),
      changed: (on) => this.#watchingChanged(on),
    });
    this.#view.at("act").onclick = () => this.#act();
    this.#view.at("auto").onchange = () => this.#auto?.set(this.#view.isOn("auto"));
    this.#view.at("sound").onchange = () => this.#sound?.set(this.#view.isOn("sound"));
    this.#tabs.addEventListener("back", () => this.connection?.link.code === LEFT && this.#comeBack());
  }

  /** @returns {Readonly<Place>} where this person stands */
  get place() {
    return this.#place;
  }

  /** Take the seat that one is called to. */
  enter() {
    if (!this.announce("enter", this.#place, true)) return;
    this.#entering = true;
    const isLive = this.connection?.link.phase === "live";
    // A page that is reloaded without a network is lost. The hello of the next connection takes
    // the seat as well.
    if (!isLive) this.connection?.hurry();
    else if (this.getAttribute("enter") === "reload" && mayReload(this.#scope, Date.now())) reload(this.#scope);
    else this.connection?.claim();
    this.#draw();
  }

  /** Give up seat or place in line, in all tabs and on all devices. */
  leave() {
    this.connection?.leave();
  }

  /** @override */
  onTexts() {
    this.#view.name(this.words);
    this.#draw();
  }

  /**
   * @override
   * @param {RoomConnection} connection
   */
  onBegin(connection) {
    this.#place = NOWHERE;
    this.#autoEntry.end();
    this.#entering = false;
    this.#chime = new Chime();
    connection.addEventListener("anew", () => this.#move({ ...NOWHERE, wasIn: this.#place.wasIn }));
    connection.addEventListener("link", () => this.#linkChanged(connection));
    connection.addEventListener("message", (heard) => this.#heard(/** @type {CustomEvent} */ (heard).detail));
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#draw();
  }

  /**
   * Goes on with what this tab kept of that very room, of that installation.
   *
   * @override
   * @param {Message} first
   */
  recall(first) {
    this.#enterScope(scopeOf(first, this.#person, this.server));
    this.#place = keptPlace(this.#scope);
    return keptRevision(this.#scope);
  }

  /** @override */
  onEnd() {
    clearInterval(this.#ticking);
    this.#autoEntry.end();
    this.#leaveScope();
    this.#chime.close();
    this.#attention.end();
    this.#view.stream.end();
    this.#place = NOWHERE;
    this.#draw();
    this.#title.show("");
  }

  /**
   * @override
   * @param {string} token
   */
  onToken(token) {
    this.#person = personOf(token);
  }

  /** @param {string} scope */
  #enterScope(scope) {
    if (scope === this.#scope) return;
    this.#leaveScope();
    this.#scope = scope;
    this.#tabs.join(scope);
    this.#auto = new Choice("auto", scope, this.getAttribute("auto") !== "off");
    this.#sound = new Choice("sound", scope, false);
    this.#auto.addEventListener("change", () => this.#autoSwitched());
    this.#sound.addEventListener("change", () => this.#soundSwitched());
    if (this.#sound.value) this.#chime.prepare(() => this.#draw());
  }

  #leaveScope() {
    this.#scope = "";
    this.#auto?.close();
    this.#sound?.close();
    this.#auto = this.#sound = null;
    this.#tabs.leave();
  }

  /** @param {Message} message */
  #heard(message) {
    // Only a place says the installation; it is another one where the server was replaced.
    if ("installation" in message) this.#enterScope(scopeOf(message, this.#person, this.server));
    this.#entering = false;
    this.#move(nextPlace(this.#place, message, Date.now()));
    if (message.type === "waiting" && message.watch) this.#view.stream.sayAgain();
  }

  /** @param {Readonly<Place>} next */
  #move(next) {
    const before = this.#place;
    this.#place = next;
    if (next.kind === "called" && before.kind !== "called") this.#called();
    if (next.kind !== "called") this.#attention.end();
    if (next !== before) {
      keepPlace(this.#scope, next, this.connection?.revision ?? UNTOLD);
      this.announce("place", next);
    }
    this.#draw();
  }

  #called() {
    this.#autoEntry.begin(this.#place);
    this.#attention.begin();
    const rings = this.#sound?.value || this.#view.stream.isOn; // who watches does not look at the place
    if (rings && this.#chime.isAllowed) this.#tabs.once(`ring ${this.#call}`, () => this.#chime.ring());
  }

  get #call() {
    return `${this.#place.ticket} ${this.#place.refresh}`;
  }

  #tick() {
    const due = this.#place.kind === "called" && this.#auto?.value && Date.now() >= this.#autoEntry.dueAt;
    if (this.connection?.link.phase === "live") {
      if (due) this.#enterByItself();
      this.#askIfOld();
    }
    this.#draw();
  }

  #askIfOld() {
    const now = Date.now();
    if (!isOld(this.#place, { askedAt: this.#askedAt, askAfterMs: this.#askAfterMs, now })) return;
    this.#askedAt = now;
    this.connection?.position();
  }

  #enterByItself() {
    const tries = this.#autoEntry.tryNow();
    this.#tabs.once(`enter ${this.#call} ${tries}`, () => this.enter());
  }

  #act() {
    const link = this.connection?.link;
    if (link?.phase !== "ended") this.connection?.claim();
    else if (link.code === LEFT) {
      this.#tabs.comeBack();
      this.#comeBack();
    } else location.reload();
  }

  #comeBack() {
    this.#move(NOWHERE);
    this.connection?.reopen();
  }

  /** @param {RoomConnection} connection */
  #linkChanged({ link }) {
    this.#view.stream.forgetSaid();
    this.announce("link", link);
    this.#draw();
  }

  #autoSwitched() {
    this.#autoEntry.putOff();
    this.#draw();
  }

  #soundSwitched() {
    if (this.#sound?.value) this.#chime.prepare(() => this.#draw());
    this.#draw();
  }

  /** @param {boolean} on */
  #watchingChanged(on) {
    this.toggleAttribute("watching", on);
    if (on) this.#chime.prepare(() => {});
    this.#draw();
  }

  #draw() {
    const link = this.connection?.link ?? firstLink(); // without a source of tokens: no place is promised
    const shown = {
      place: this.#place,
      link,
      auto: this.#auto?.value ?? false,
      entersAt: this.#autoEntry.dueAt,
      entering: this.#entering,
      sound: this.#sound?.value ?? false,
      soundAllowed: this.#chime.isAllowed,
      offline: !navigator.onLine,
      now: Date.now(),
    };
    this.#view.draw(shown, this.words);
    if (this.connection && this.getAttribute("page-title") !== "keep") this.#title.show(titleOf(shown, this.words));
  }
}
