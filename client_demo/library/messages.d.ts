/**
 * The messages of the WebSocket and of polls. Made from /asyncapi.json by `make types`: do not edit.
 */


/**
 * With every ping.
 */
export interface Alive {
  type: "alive";
  /**
   * The next one comes in so long. Reconnect if nothing comes for twice that long.
   */
  next_s: number;
}
/**
 * The number of seats changed. Never merged or dropped on the way to a host.
 */
export interface CapacityChanged {
  type: "capacity_changed";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * Seats before.
   */
  from: number;
  /**
   * Seats from now on.
   */
  to: number;
  /**
   * What changed it.
   */
  cause: "downgrade" | "platform" | "upgrade";
  /**
   * The id of the change, the same in all rooms that it reached.
   */
  change: string;
}
/**
 * Run admission again without reloading the page.
 */
export interface Claim {
  type: "claim";
}
/**
 * Put a notice away for all hosts.
 */
export interface Dismiss {
  type: "dismiss";
  /**
   * The id of the notice.
   */
  notice: string;
  /**
   * Whether further notices stay away for the rest of the event.
   */
  rest?: boolean;
}
/**
 * How many people arrive, and when the room will be full.
 */
export interface Forecast {
  /**
   * The arrivals of the last minute. People who leave are not subtracted.
   */
  joins_per_min: number;
  /**
   * Seconds until all seats are taken, if the room goes on growing as in the last minute. null: no forecast.
   */
  full_in_s: number | null;
}
/**
 * Enter the room: a seat if one is free for you, else a ticket.
 */
export interface Hello {
  type: "hello";
  /**
   * A room token. It is checked at each hello.
   */
  token: string;
}
/**
 * The host's word to everybody in line.
 */
export interface HostMessage {
  type: "message";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * Plain text. null: the message was withdrawn.
   */
  text: string | null;
  /**
   * The instant of the change.
   */
  at: string;
}
/**
 * The host's message to everybody in line. `text` null: there is none.
 */
export interface HostMessageObject {
  text: string | null;
  at: string | null;
}
/**
 * Give up the seat or ticket at once.
 */
export interface Leave {
  type: "leave";
}
/**
 * The line moved without you, or the estimate changed.
 */
export interface LineProgress {
  type: "line";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * The highest ticket that was called.
   */
  called_to: number;
  /**
   * How many people are in front of you and not called.
   */
  ahead: number;
  /**
   * Lowest and highest time until you are called. null if it is not known.
   */
  estimate_s: [number, number] | null;
}
/**
 * `amount` minor units (cents of EUR, yen, fils) of an ISO 4217 `currency`.
 */
export interface Money {
  amount: number;
  currency: string;
}
/**
 * The price of the next period, and its first day.
 */
export interface NextPeriod {
  amount: Money;
  starts_on: string;
  /**
   * The amount that is collected together with it. None: there is none.
   */
  carried_over?: Money | null;
}
/**
 * The notice no longer stands.
 */
export interface NoticeCleared {
  type: "notice_cleared";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * The id of the notice.
   */
  notice: string;
  /**
   * `upgraded`: the capacity rose. `below`: the room emptied. `dismissed`: by a host.
   */
  reason: "below" | "dismissed" | "upgraded";
}
/**
 * The room crossed a level; also after `hello` while the notice stands.
 */
export interface NoticeGiven {
  type: "notice";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  notice: NoticeObject;
}
/**
 * The host's notice "nearly full" or "full", with the figures at the time of sending.
 */
export interface NoticeObject {
  id: string;
  level: "full" | "nearly_full";
  room: string;
  capacity: number;
  occupied: number;
  waiting: number;
  /**
   * Seconds until all seats are taken, if the room goes on growing as in the last minute. null: no forecast.
   */
  full_in_s: number | null;
  /**
   * The instant from which the notice stands.
   */
  since: string;
  /**
   * Whether the reader may buy an upgrade.
   */
  can_buy: boolean;
  /**
   * Whether the platform gave the room fewer seats than the plan has.
   */
  limited: boolean;
  /**
   * A price for each larger plan on sale.
   */
  offers: Offer[];
}
/**
 * A larger plan at today's price. An offer is not binding, a quote is.
 */
export interface Offer {
  plan: string;
  name: string;
  seats: number;
  due_now: Money;
  next_period: NextPeriod;
  recommended: boolean;
  /**
   * Whether `due_now` is collected with the next period.
   */
  carried_over?: boolean;
}
/**
 * Ask for the exact place in line.
 */
export interface PositionRequest {
  type: "position";
}
/**
 */
export interface PresenterSeats {
  capacity: number;
  occupied: number;
}
/**
 * Seats opened: one identical frame for all, each finds its own moment from its ticket.
 */
export interface RefreshRequired {
  type: "refresh_required";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * The id of the call, the same in each repetition.
   */
  refresh: string;
  /**
   * What opened the seats.
   */
  reason: "capacity_changed" | "seat_freed";
  /**
   * The lowest ticket of this call; `called_to` + 1 if it calls nobody.
   */
  called_from: number;
  /**
   * The highest ticket that was called.
   */
  called_to: number;
  /**
   * The time over which the moments of these tickets are spread.
   */
  window_ms: number;
  /**
   * How long a seat is held, at least, after one's own moment.
   */
  claim_s: number;
}
/**
 * The last message was refused; the connection lives on.
 */
export interface Refused {
  type: "error";
  /**
   * Why, for programs.
   */
  code: "line_full" | "not_allowed" | "not_waiting" | "presenters_full" | "unknown_notice";
  /**
   * Why, for people.
   */
  detail: string;
}
/**
 * Not now. Your place is kept until then, and for the grace.
 */
export interface Retry {
  type: "retry";
  /**
   * If the connection stays open, send the message again after this time. If it closes, reconnect after this time.
   */
  after_ms: number;
}
/**
 * The event is over.
 */
export interface RoomClosed {
  type: "room_closed";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * `closed` by the platform, or `forgotten`: nobody had been there for long.
   */
  reason: "closed" | "forgotten";
}
/**
 * The room: after `hello` and after each change, at most four a second.
 */
export interface RoomMessage {
  type: "room";
  /**
   * The id of the account.
   */
  account: string;
  /**
   * The id of the room.
   */
  room: string;
  title: string;
  status: string;
  /**
   * Whether the platform holds the line.
   */
  paused: boolean;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * Seats of attendees.
   */
  capacity: number;
  /**
   * Attendees inside.
   */
  occupied: number;
  /**
   * Seats held for people who are called and not yet inside.
   */
  held: number;
  /**
   * People in line who are not called.
   */
  waiting: number;
  /**
   * People whose place in line is kept while they are gone.
   */
  away: number;
  presenters: PresenterSeats;
  level: "draining" | "full" | "nearly_full" | "ok";
  forecast: Forecast;
  /**
   * null: no notice stands.
   */
  notice: NoticeObject | null;
  plan: string;
  closed_reason: ("closed" | "forgotten") | null;
  closed_at: string | null;
  /**
   * The host's message to everybody in line. null: there is none.
   */
  message: HostMessageObject | null;
  /**
   * The address of a stream that people in line may watch. null: there is none.
   */
  watch: string | null;
  /**
   * People in line who watch it.
   */
  watching: number;
  /**
   * How often a person was put before the line since the opening.
   */
  called_next: number;
  /**
   * Tells servers apart in what a browser keeps.
   */
  installation: string;
}
/**
 * You are no longer inside or in line.
 */
export interface SeatLost {
  type: "seat_lost";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * `expired`: `seated` or `waiting` follows. `missed_calls`: a `claim` queues you again. `removed`: by the platform.
   */
  reason: "expired" | "missed_calls" | "removed";
}
/**
 * You are in.
 */
export interface Seated {
  type: "seated";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * Your id.
   */
  participant: string;
  /**
   * How long the seat is kept after the connection is lost.
   */
  grace_s: number;
  /**
   * Tells servers apart in what a browser keeps.
   */
  installation: string;
}
/**
 * You have a place in line.
 */
export interface Waiting {
  type: "waiting";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * Your id.
   */
  participant: string;
  /**
   * Your place: lower tickets are called first. A later message may bring another one.
   */
  ticket: number;
  /**
   * How many people are in front of you and not called. 0 if you are called.
   */
  ahead: number;
  /**
   * Whether a seat is held for you.
   */
  called: boolean;
  /**
   * The highest ticket that was called.
   */
  called_to: number;
  /**
   * Why you wait. `expired`, said once: an earlier ticket of yours has expired.
   */
  reason: "expired" | "full" | "missed_call" | "paused";
  /**
   * What is left of the time for which the seat is held. null if you are not called.
   */
  claim_s: number | null;
  /**
   * How long the ticket and a call are kept after the connection is lost.
   */
  grace_s: number;
  /**
   * How long the ticket is kept after that, if you are not called.
   */
  away_s: number;
  /**
   * Lowest and highest time until you are called. null if it is not known.
   */
  estimate_s: [number, number] | null;
  /**
   * Tells servers apart in what a browser keeps.
   */
  installation: string;
  /**
   * The address of a stream to watch meanwhile. null: there is none.
   */
  watch: string | null;
}
/**
 * The stream that people in line may watch is another one.
 */
export interface Watch {
  type: "watch";
  /**
   * The id of the room.
   */
  room: string;
  /**
   * Rises when the room is opened again, or the store has lost history.
   */
  epoch: number;
  /**
   * Rises by one with each change of the room.
   */
  rev: number;
  /**
   * The address of the stream. null: there is none.
   */
  watch: string | null;
  /**
   * People who watch change at a random moment in this time.
   */
  window_ms: number;
}
/**
 * You watch the stream, or no longer do. Only where `waiting` has named a stream.
 */
export interface Watching {
  type: "watching";
  /**
   * Whether you watch from now on.
   */
  on: boolean;
}

/** What a server sends. Told apart by `type`. */
export type ServerMessage =
  | RoomMessage
  | NoticeGiven
  | NoticeCleared
  | CapacityChanged
  | Retry
  | Alive
  | Refused
  | Seated
  | Waiting
  | RefreshRequired
  | LineProgress
  | HostMessage
  | Watch
  | SeatLost
  | RoomClosed;

/** What a client sends. Told apart by `type`. */
export type ClientMessage =
  | Hello
  | Dismiss
  | Leave
  | Claim
  | PositionRequest
  | Watching;

/** What an attendee gets. Told apart by `type`. */
export type ToAttendee =
  | Seated
  | Waiting
  | RefreshRequired
  | LineProgress
  | HostMessage
  | Watch
  | SeatLost
  | RoomClosed
  | Retry
  | Alive
  | Refused;

/** What a host gets. Presenters get the same. Told apart by `type`. */
export type ToHost =
  | RoomMessage
  | NoticeGiven
  | NoticeCleared
  | CapacityChanged
  | Retry
  | Alive
  | Refused;

/** The message of that type: `MessageOf<"waiting">`. */
export type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
