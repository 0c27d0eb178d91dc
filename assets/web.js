// Small comforts on top of pages that work without them: filters that apply at once without moving anybody's focus, and a
// finding that opens when a link leads to it. Nothing is sent anywhere else, and nothing of a provider's page is touched.
"use strict";
const live = document.querySelector("form[data-live]");
if (live) {
  let latest = 0;
  const apply = async () => {
    const mine = ++latest;
    const asked = new URLSearchParams([...new FormData(live)].filter(([, value]) => value));
    const address = live.getAttribute("action") + "?" + asked;
    const answer = await fetch(address).catch(() => null);
    if (mine !== latest || !answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) return;
    for (const part of document.querySelectorAll("[data-part]")) {
      const made = page.getElementById(part.id);
      if (made) part.replaceChildren(...made.childNodes);
    }
    history.replaceState(null, "", address);
  };
  let soon = 0;
  for (const event of ["input", "change"]) {
    live.addEventListener(event, () => {
      clearTimeout(soon);
      soon = setTimeout(apply, 200);
    });
  }
  live.addEventListener("submit", () => clearTimeout(soon));
}
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const box = target.closest("details") || target.querySelector("details");
  if (box) box.open = true;
  target.scrollIntoView({ block: "start" });
};
addEventListener("hashchange", reveal);
reveal();
const choices = document.querySelectorAll("form[data-decision] input[name=decision]");
const narrow = () => {
  for (const choice of choices) {
    const part = document.getElementById("for-" + choice.value);
    if (part) part.hidden = !choice.checked;
  }
};
if (choices.length) {
  for (const choice of choices) choice.addEventListener("change", narrow);
  narrow();
}
