// Small comforts on top of pages that work without them: filters that apply at once, and a finding that opens when a
// link leads to it. Nothing is sent anywhere else, and nothing of a provider's page is touched.
"use strict";
for (const form of document.querySelectorAll("form[data-live]")) {
  for (const field of form.querySelectorAll("select")) {
    field.addEventListener("change", () => form.requestSubmit());
  }
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
