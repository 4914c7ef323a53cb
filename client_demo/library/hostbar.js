/** `<fullhouse-host-bar>`: what a host must know of the room, in one bar of the platform's page. */

import { sheet } from "./dom.js";
import { RoomElement } from "./elementbase.js";
import { HostBarView } from "./hostbarview.js";
import { NO_NEWS, nextNews } from "./hostnews.js";
import { firstLink, staleSince } from "./linkstate.js";
import { BASE_STYLE } from "./styles/base.js";
import { HOST_BAR_STYLE } from "./styles/hostbar.js";
import { tabWords } from "./tabwords.js";
import { PageTitle } from "./title.js";

/** @import { RoomConnection } from "./connection.js" */
/** @import { HostNews, Offer } from "./hostnews.js" */
/** @import { Message } from "./types.js" */

/**
 * What a host must know of the room, in one bar of the platform's page.
 *
 * @tagname fullhouse-host-bar
 * @attr {string} server - origin of the server; the page's own if absent
 * @attr {string} token-url - a route of the platform that answers `{"token"}` to a POST
 * @attr {string} room - which room the token is to be for, if the page has several
 * @attr {string} lang - `en` or `de`; the preference of the browser if absent
 * @attr {"light" | "dark"} theme - the `color-scheme` of the page if absent
 * @attr {string} buy-url - where a host who wants more seats is led; `{plan}`, `{account}` and
 *   `{room}` in it are filled in
 * @attr {"show"} page-title - the seats taken, and the notice while one stands, in front of the
 *   title of the page
 * @fires {CustomEvent<HostNews>} fullhouse-room - with each change
 * @fires {CustomEvent<{offer: Offer, account: string, room: string}>} fullhouse-buy - a host has
 *   chosen an offer; cancel it to stay on the page
 * @fires {CustomEvent<Link>} fullhouse-link - with each change of the connection
 * @csspart bar
 * @csspart notice
 * @csspart buy - the button
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
export class HostBar extends RoomElement {
  #view = new HostBarView(this.attachShadow({ mode: "open" }), {
    buy: (offer) => this.#buy(offer),
    dismiss: (rest) => this.#dismiss(rest),
  });
  /** @type {Readonly<HostNews>} */
  #news = NO_NEWS;
  #drawing = 0;
  #title = new PageTitle();

  constructor() {
    super();
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    root.adoptedStyleSheets = [sheet(BASE_STYLE), sheet(HOST_BAR_STYLE)];
  }

  /** @returns {Readonly<HostNews>} what is known of the room */
  get news() {
    return this.#news;
  }

  /** @override */
  onTexts() {
    this.#redraw();
  }

  /**
   * @override
   * @param {RoomConnection} connection
   */
  onBegin(connection) {
    this.#news = NO_NEWS;
    connection.addEventListener("anew", () => this.#learn(NO_NEWS));
    connection.addEventListener("link", () => {
      this.announce("link", connection.link);
      this.#redraw();
    });
    connection.addEventListener("message", (heard) => {
      this.#learn(nextNews(this.#news, /** @type {CustomEvent<Message>} */ (heard).detail));
    });
    this.#redraw();
  }

  /** @override */
  onEnd() {
    this.#news = NO_NEWS;
    this.#title.show("");
    this.#redraw();
  }

  /** @param {Readonly<HostNews>} news */
  #learn(news) {
    if (news === this.#news) return;
    this.#news = news;
    this.announce("room", news);
    this.#redraw();
  }

  /** @param {Offer} offer */
  #buy(offer) {
    const { account, room } = this.#news.room ?? { account: "", room: "" };
    if (!this.announce("buy", { offer, account, room }, true)) return;
    const url = this.getAttribute("buy-url");
    const values = /** @type {Record<string, string>} */ ({ plan: offer.plan, account, room });
    if (url) location.assign(url.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? "")));
  }

  /**
   * For all hosts; over polling, which cannot say so, for this one.
   *
   * @param {boolean} rest - of the event
   */
  #dismiss(rest) {
    const notice = this.#news.notice;
    if (!notice) return;
    this.connection?.dismiss(notice.id, rest);
    this.#learn({ ...this.#news, notice: null, dismissed: notice.id });
  }

  /** However many messages arrive, the bar is drawn once a frame. */
  #redraw() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => {
      const link = this.connection?.link ?? firstLink();
      this.#view.draw({ news: this.#news, link, now: Date.now() }, this.words);
    });
    this.#drawTitle(); // now: a page that is not seen has no frames
  }

  #drawTitle() {
    const { room, notice } = this.#news;
    if (this.getAttribute("page-title") !== "show" || !this.connection || !room) return;
    this.#title.show(tabWords(room, { notice, asOf: staleSince(this.connection.link) }, this.words));
  }
}
