/**
 * The elements as React components. A server may render them: the elements themselves, which need a
 * browser, are loaded when a component is mounted.
 */

import { createElement, forwardRef, useEffect, useImperativeHandle, useRef } from "react";

/** @import { ForwardRefExoticComponent, PropsWithChildren, RefAttributes } from "react" */
/** @import { FullhouseEventMap, HostBar as HostBarElement, TokenCallback, WaitingRoom as WaitingRoomElement } from "./index.js" */

/**
 * @typedef {object} RoomProps
 * @property {string} [server] - origin of the server; by default that of the page
 * @property {string} [tokenUrl] - a route of the platform that answers `{"token"}`
 * @property {TokenCallback} [token] - in place of `tokenUrl`
 * @property {string} [room] - for pages with several rooms
 * @property {string} [lang]
 * @property {"light" | "dark"} [theme]
 * @property {string} [className]
 * @property {(event: FullhouseEventMap["fullhouse-link"]) => void} [onLink]
 *
 * @typedef {object} OwnWaitingRoomProps
 * @property {"claim" | "reload"} [enter]
 * @property {"off"} [auto] - `off`: automatic entry is off at first
 * @property {"keep"} [pageTitle] - `keep`: leave the title of the page alone
 * @property {(event: FullhouseEventMap["fullhouse-place"]) => void} [onPlace]
 * @property {(event: FullhouseEventMap["fullhouse-enter"]) => void} [onEnter] - cancel it to enter yourself
 *
 * @typedef {object} OwnHostBarProps
 * @property {string} [buyUrl] - the address of your page for an offer
 * @property {(event: FullhouseEventMap["fullhouse-room"]) => void} [onRoom]
 * @property {(event: FullhouseEventMap["fullhouse-buy"]) => void} [onBuy] - cancel it to stay on the page
 *
 * @typedef {PropsWithChildren<RoomProps & OwnWaitingRoomProps>} WaitingRoomProps
 * @typedef {RoomProps & OwnHostBarProps} HostBarProps
 */

/** @type {Record<string, string>} properties of React -> attributes of the elements */
const ATTRIBUTES = { tokenUrl: "token-url", buyUrl: "buy-url", pageTitle: "page-title", className: "class" };
/** @type {Record<string, keyof FullhouseEventMap>} */
const EVENTS = {
  onLink: "fullhouse-link",
  onPlace: "fullhouse-place",
  onEnter: "fullhouse-enter",
  onRoom: "fullhouse-room",
  onBuy: "fullhouse-buy",
};

/** `<fullhouse-waiting-room>`. Children have the `slot` `waiting`, `inside` or `next`. */
export const WaitingRoom =
  /** @type {ForwardRefExoticComponent<WaitingRoomProps & RefAttributes<WaitingRoomElement>>} */ (
    component("fullhouse-waiting-room")
  );

/** `<fullhouse-host-bar>`. */
export const HostBar = /** @type {ForwardRefExoticComponent<HostBarProps & RefAttributes<HostBarElement>>} */ (
  component("fullhouse-host-bar")
);

/** @param {"fullhouse-waiting-room" | "fullhouse-host-bar"} tag */
function component(tag) {
  const made = forwardRef((/** @type {Record<string, any>} */ { token, children, ...props }, ref) => {
    const element = useRef(/** @type {(HTMLElement & {token?: TokenCallback | null}) | null} */ (null));
    useImperativeHandle(ref, () => element.current);
    useEffect(() => void import("./index.js"), []);
    useEffect(() => {
      if (element.current && token) element.current.token = token;
    }, [token]);
    useEffect(() => listening(/** @type {HTMLElement} */ (element.current), props));
    return createElement(tag, { ...attributesOf(props), ref: element }, children);
  });
  made.displayName = tag;
  return made;
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, any>} props
 * @returns {() => void} ends it
 */
function listening(element, props) {
  const ending = new AbortController();
  for (const [name, type] of Object.entries(EVENTS)) {
    const listener = props[name];
    if (listener) element.addEventListener(type, listener, { signal: ending.signal });
  }
  return () => ending.abort();
}

/** @param {Record<string, any>} props */
function attributesOf(props) {
  const named = Object.entries(props).filter(([name]) => !(name in EVENTS));
  return Object.fromEntries(named.map(([name, value]) => [ATTRIBUTES[name] ?? name, value]));
}
