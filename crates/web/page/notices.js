// Words for what went wrong: what it is, and what to do about it.

export const NOTICES = {
  refused: ["The camera was refused.", "Allow it beside the address bar and try again, choose a photo, or point at a mood."],
  none: ["No camera was found.", "Plug one in and try again, choose a photo, or point at a mood."],
  busy: ["The camera is busy.", "Another program or tab may be using it: close that and try again."],
  insecure: ["The browser gives the camera only to secure pages.", "Open Attune as http://localhost on this machine or over https. A photo works here too."],
  broken: ["The camera did not start.", "Try again, choose a photo, or point at a mood."],
  unreadable: ["This file is no picture the browser can open.", "JPEG, PNG and WebP always work."],
  noFace: ["No face found.", "Face the camera with light from the front, so that your face fills about a third of the picture. Or point at a mood."],
  noReader: ["The face reader could not start.", "Reload the page, or point at a mood."],
};

/** Shows `[what, advice]`, or clears the place; `bad` says that something went wrong. */
export function notify(place, notice, bad = true) {
  place.classList.toggle("bad", Boolean(notice) && bad);
  if (!notice) return place.replaceChildren();
  const what = document.createElement("strong");
  what.textContent = notice[0];
  place.replaceChildren(what, document.createTextNode(notice[1] ?? ""));
}
