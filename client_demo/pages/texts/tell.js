/** What the host page says around the message to everybody in line. */

/** @import { Catalogue } from "../../library/words.js" */

/** @type {Catalogue} */
export const tellDe = {
  "tell.title": "Nachricht an die Warteschlange",
  "tell.words": "Alle Wartenden lesen sie, auch wer später kommt, bis Sie sie ersetzen oder zurücknehmen.",
  "tell.label": "Nachricht an alle in der Warteschlange",
  "tell.send": "Senden",
  "tell.replace": "Ersetzen",
  "tell.withdraw": "Zurücknehmen",
  "tell.since": "Seit {time} steht bei allen Wartenden:",
  "tell.left": { one: "Noch {n} Zeichen", other: "Noch {n} Zeichen" },
  "tell.done": "Alle in der Warteschlange lesen jetzt Ihre Nachricht.",
  "tell.withdrawn": "Die Nachricht ist zurückgenommen.",
  "tell.failed": "Das hat den Server nicht erreicht. Bitte versuchen Sie es noch einmal.",
  "tell.invalid": "So kann die Nachricht nicht gesendet werden.",
  "tell.error.rate_limited": "Das waren viele Nachrichten hintereinander. Bitte warten Sie einen Moment.",
  "tell.error.forbidden": "Sie dürfen der Warteschlange keine Nachricht senden.",
  "tell.error.room_closed": "Das Event ist zu Ende.",
};

/** @type {Catalogue} */
export const tellEn = {
  "tell.title": "Message to the line",
  "tell.words": "Everybody in line reads it, also whoever comes later, until you replace or withdraw it.",
  "tell.label": "Message to everybody in line",
  "tell.send": "Send",
  "tell.replace": "Replace",
  "tell.withdraw": "Withdraw",
  "tell.since": "Everybody in line has been reading this since {time}:",
  "tell.left": { one: "{n} character left", other: "{n} characters left" },
  "tell.done": "Everybody in line reads your message now.",
  "tell.withdrawn": "The message is withdrawn.",
  "tell.failed": "That did not reach the server. Please try again.",
  "tell.invalid": "The message cannot be sent like this.",
  "tell.error.rate_limited": "Those were many messages in a row. Please wait a moment.",
  "tell.error.forbidden": "You may not send messages to the line.",
  "tell.error.room_closed": "The event is over.",
};
