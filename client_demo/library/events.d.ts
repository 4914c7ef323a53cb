/** The events of the elements and of a connection, and the elements by their names. */

import type { HostBar } from "./hostbar.js";
import type { HostNews } from "./hostnews.js";
import type { Place } from "./place.js";
import type { Link, Message, Offer } from "./types.js";
import type { WaitingRoom } from "./waitingroom.js";

/** What the elements dispatch. All of these events bubble. */
export interface FullhouseEventMap {
  /** A person's own place has changed. */
  "fullhouse-place": CustomEvent<Readonly<Place>>;
  /** The element is about to enter. Cancel it to do that yourself. */
  "fullhouse-enter": CustomEvent<Readonly<Place>>;
  /** The connection has changed. */
  "fullhouse-link": CustomEvent<Link>;
  /** What a host knows of the room has changed. */
  "fullhouse-room": CustomEvent<Readonly<HostNews>>;
  /** A host has chosen an offer. Cancel it to stay on the page. */
  "fullhouse-buy": CustomEvent<{ offer: Offer; account: string; room: string }>;
}

/** What a `RoomConnection` dispatches. */
export interface RoomConnectionEventMap {
  /** A message that is news. */
  message: CustomEvent<Message>;
  /** Forget what was told before. The next message is of a new epoch, or of a store that went back. */
  anew: CustomEvent<null>;
  /** The connection has changed. */
  link: CustomEvent<Link>;
}

declare module "./connection.js" {
  interface RoomConnection {
    addEventListener<K extends keyof RoomConnectionEventMap>(
      type: K,
      listener: (event: RoomConnectionEventMap[K]) => void,
      options?: boolean | AddEventListenerOptions,
    ): void;
    addEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject | null,
      options?: boolean | AddEventListenerOptions,
    ): void;
    removeEventListener<K extends keyof RoomConnectionEventMap>(
      type: K,
      listener: (event: RoomConnectionEventMap[K]) => void,
      options?: boolean | EventListenerOptions,
    ): void;
    removeEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject | null,
      options?: boolean | EventListenerOptions,
    ): void;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fullhouse-waiting-room": WaitingRoom;
    "fullhouse-host-bar": HostBar;
  }
  // Events bubble to the document and to the window, so these know them too.
  interface GlobalEventHandlersEventMap extends FullhouseEventMap {}
}
