/** What the attendee page says around the element: it loads no other texts of the pages. */

/** @import { Catalogue } from "../../library/words.js" */

/** @type {Catalogue} */
export const attendDe = {
  "attend.meanwhile": "Hier zeigt Ihre Plattform, was sie den Wartenden zeigen möchte: das Programm, einen Trailer oder den Stream.",
  "attend.other": "Zur Startseite",
};

/** @type {Catalogue} */
export const attendEn = {
  "attend.meanwhile": "Your platform can show anything here to people who wait: the programme, a trailer or the stream.",
  "attend.other": "Back to the start page",
};
