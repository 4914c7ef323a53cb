/** What the host page says around the message to everybody in line. */

/** @import { Catalogue } from "../../library/words.js" */

/** @type {Catalogue} */
export const tellDe = {
  "tell.title": "Nachricht an die Warteschlange",
  "tell.words": "Alle Wartenden sehen die Nachricht, auch wer später dazukommt, bis Sie sie ersetzen oder zurückziehen.",
  "tell.label": "Nachricht an alle in der Warteschlange",
  "tell.send": "Senden",
  "tell.replace": "Ersetzen",
  "tell.withdraw": "Zurückziehen",
  "tell.since": "Wird seit {time} allen Wartenden angezeigt:",
  "tell.left": { one: "Noch {n} Zeichen", other: "Noch {n} Zeichen" },
  "tell.done": "Alle in der Warteschlange sehen jetzt Ihre Nachricht.",
  "tell.withdrawn": "Die Nachricht wurde zurückgezogen.",
  "tell.failed": "Das hat den Server nicht erreicht. Bitte versuchen Sie es noch einmal.",
  "tell.invalid": "So kann die Nachricht nicht gesendet werden.",
  "tell.error.rate_limited": "Das waren viele Nachrichten hintereinander. Bitte warten Sie einen Moment.",
  "tell.error.forbidden": "Sie dürfen der Warteschlange keine Nachricht senden.",
  "tell.error.room_closed": "Das Event ist zu Ende.",
};

/** @type {Catalogue} */
export const tellEn = {
  "tell.title": "Message to the line",
  "tell.words": "Everybody in line sees the message, including people who come later, until you replace or withdraw it.",
  "tell.label": "Message to everybody in line",
  "tell.send": "Send",
  "tell.replace": "Replace",
  "tell.withdraw": "Withdraw",
  "tell.since": "Shown to everybody in line since {time}:",
  "tell.left": { one: "{n} character left", other: "{n} characters left" },
  "tell.done": "Everybody in line now sees your message.",
  "tell.withdrawn": "The message was withdrawn.",
  "tell.failed": "That did not reach the server. Please try again.",
  "tell.invalid": "The message cannot be sent like this.",
  "tell.error.rate_limited": "Those were many messages in a row. Please wait a moment.",
  "tell.error.forbidden": "You may not send messages to the line.",
  "tell.error.room_closed": "The event is over.",
};
