// @ts-check
/**
 * How much this phone has seen tagged in a film, so that a locked phone has something to say after the stop.
 * Apart and small because the pad and the record page need nothing else of the summary.
 */
const KEPT = "fieldreel-counted";
const FILMS_MOST = 8;

/** @typedef {Record<string, {moments: number, stars: number}>} Counts by session */

/** @returns {Counts} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {};
  }
}

/** Moments that this phone tagged in a film, and the stars that the box had told it of by then.
 * @param {string} session */
export const countOf = (session) => kept()[session] ?? { moments: 0, stars: 0 };

/** @param {string} session @param {{moments?: number, stars?: number}} more moments are added, stars are as many */
export function counts(session, { moments = 0, stars }) {
  const all = kept();
  const old = all[session] ?? { moments: 0, stars: 0 };
  if (moments === 0 && (stars ?? old.stars) === old.stars && session in all) return;
  delete all[session];
  all[session] = { moments: Math.max(0, old.moments + moments), stars: stars ?? old.stars };
  const few = Object.entries(all).slice(-FILMS_MOST);
  localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(few)));
}

/** The film is over: this phone stopped it, so its summary follows. @param {string} session */
export const toSummary = (session) => location.assign(`/sessions/${session}/summary`);
