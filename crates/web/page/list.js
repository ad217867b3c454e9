// The list beneath: what to play, where it stands in the plane, and why.

import { inWords, mark } from "./mood.js";
import { notify } from "./notices.js";

const items = document.getElementById("items");
const title = document.getElementById("list-title");
const said = document.getElementById("list-said");
const notice = document.getElementById("list-notice");

const TITLES = {
  match: "To stay with you",
  lift: "To lift you",
  calm: "To calm you",
  energise: "To wake you up",
  focus: "To keep you steady",
};

const FILTERS = {
  language: "the languages",
  artist: "the artists",
  kind: "the choice of music or videos",
};

/** Shows the answer to a request; `onPoint(index, lit)` follows the pointer and the focus. */
export function showList(answer, onPoint) {
  items.classList.remove("stale");
  title.textContent = TITLES[answer.goal] ?? "Your list";
  items.replaceChildren(...answer.items.map((item, index) => row(item, index, onPoint)));
  notice.hidden = answer.items.length > 0;
  if (!notice.hidden) notify(notice, emptied(answer));
  said.textContent = [count(answer), ...answer.notes].filter(Boolean).join("; ");
}

function count({ items, mood }) {
  return items.length ? `${items.length} ${items.length === 1 ? "item" : "items"}, starting from ${inWords(mood)}` : "";
}

/** Dims the list while another is on its way. */
export const waitForList = () => items.classList.add("stale");

/** Shows why there is no list. */
export function refuseList(error) {
  items.replaceChildren();
  notice.hidden = false;
  notify(notice, [error.message, error.hint ?? "Is the server still running?"]);
}

/** Which filters left nothing, what they may have meant, and what would come back without them. */
function emptied({ emptied_by: by, unknown = [] }) {
  if (!by?.filters.length) return ["The library is empty.", "Fill it with attune import or attune library add."];
  const named = (filters) => filters.map((filter) => FILTERS[filter] ?? filter).join(" and ");
  const all = by.without.length === by.filters.length;
  const without = all ? (by.filters.length > 1 ? "them" : "it") : named(by.without);
  const guesses = unknown.filter((word) => word.did_you_mean).map((word) => `Did you mean “${word.did_you_mean}”?`);
  const advice = [...guesses, `Without ${without} ${by.items_without} would fit.`].join(" ");
  return [`Nothing fits: ${named(by.filters)} left nothing.`, advice];
}

function row(item, index, onPoint) {
  const line = element("li", "item");
  const what = element("div", "what");
  what.append(heading(item), element("p", "by", byLine(item)));
  line.append(badge(item), what, element("p", "why", item.reasons.join(" · ")));
  if (isLink(item.source)) line.append(openIcon());
  for (const [event, lit] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]])
    line.addEventListener(event, () => onPoint(index, lit));
  return line;
}

const isLink = (source) => /^https?:\/\//i.test(source);

function heading(item) {
  const h3 = document.createElement("h3");
  if (!isLink(item.source)) return h3.append(item.title), h3;
  const link = document.createElement("a");
  link.textContent = item.title;
  link.href = item.source;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  h3.append(link);
  return h3;
}

function byLine(item) {
  const kind = item.kind === "video" ? "video" : "";
  const file = isLink(item.source) ? "" : "a file on the server";
  return [item.artist, capital(item.language ?? ""), kind, file].filter(Boolean).join(" · ");
}

export const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function badge(item) {
  const place = element("div", "mark toned");
  if (!item.mood) return place;
  const shape = mark(item.mood);
  place.style.cssText = shape.style.cssText;
  place.append(shape, element("span", "unseen", inWords(item.mood)));
  return place;
}

function openIcon() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#icon-open");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  icon.append(use);
  return icon;
}

function element(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
