/** The address of the client library on a server: the package in library/, which defines the elements. */

export * from "./library/index.js";
