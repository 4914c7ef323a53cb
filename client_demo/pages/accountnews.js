/**
 * The one bar of the account page: what was just done, or what has to be seen to. Pure.
 *
 * What stands, as a payment that is not settled, is never hidden by what went well before. What went
 * well is told as long as it is so.
 */

/** @import { AccountPicture, News } from "./accountview.js" */

const OPEN = ["requested", "scheduled"];

/** Until when it is true what was told. Others, such as trouble, are told until the next look. */
const STANDS = /** @type {Record<string, (picture: AccountPicture, news: News) => boolean>} */ ({
  "account.bought": ({ account }, { values }) => account.seats === values.n,
  "account.asked": ({ requests }) => OPEN.includes(requests.at(-1)?.status ?? ""),
  "account.withdrawn": ({ requests }) => requests.at(-1)?.status === "withdrawn",
});

/**
 * @param {AccountPicture | null} picture
 * @param {News | null} news - what the page was told last
 * @returns {News | null}
 */
export function shownNews(picture, news) {
  if (news && !news.good) return news;
  const standing = standingNews(picture);
  if (!news) return standing;
  if (standing && news.key !== "past_due.asked") return standing;
  return picture && STANDS[news.key]?.(picture, news) === false ? null : news;
}

/**
 * What has to be seen to for as long as it stands.
 *
 * @param {AccountPicture | null} picture
 * @returns {News | null}
 */
function standingNews(picture) {
  if (picture?.order) {
    const key = picture.order.upgrade ? "pending.payment" : "account.under_way";
    return { key, values: { plan: picture.order.offer.name }, good: false };
  }
  if (picture?.account.payment_status === "past_due") return { key: "account.past_due", values: {}, good: false };
  return null;
}
