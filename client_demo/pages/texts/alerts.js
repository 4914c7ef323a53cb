/** What the host page says to a host who is in another tab, and how it offers to call. */

/** @import { Catalogue } from "../../library/words.js" */

/** @type {Catalogue} */
export const alertsEn = {
  "alerts.name": "Alerts",
  "alerts.sound": "Sound when the room is nearly full",
  "alerts.sound_hint": "Two soft notes, while you are in another tab.",
  "alerts.notify": "Notification of the browser",
  "alerts.notify_hint": "Once for each notice, while you are in another tab.",
  "alerts.refused": "Your browser does not allow it. You can change that in its settings for this page.",
};

/** @type {Catalogue} */
export const alertsDe = {
  "alerts.name": "Benachrichtigungen",
  "alerts.sound": "Ton, wenn der Raum fast voll ist",
  "alerts.sound_hint": "Zwei leise Töne, solange Sie in einem anderen Tab sind.",
  "alerts.notify": "Benachrichtigung des Browsers",
  "alerts.notify_hint": "Einmal je Hinweis, solange Sie in einem anderen Tab sind.",
  "alerts.refused": "Ihr Browser lässt das nicht zu. In seinen Einstellungen zu dieser Seite können Sie es erlauben.",
};
