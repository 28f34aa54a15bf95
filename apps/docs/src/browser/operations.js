const { themes, ...options } = REDOC_OPTIONS;
const wanted = decodeURIComponent(location.hash.slice(1));
const place = document.getElementById("redoc");

// Redoc's highlighter knows neither name; without an alias it colours next to nothing.
Object.assign(Prism.languages, { ts: Prism.languages.javascript, sh: Prism.languages.bash });

new MutationObserver(mend).observe(place, { childList: true, subtree: true });
Redoc.init(
  JSON.parse(document.getElementById("document").textContent),
  { ...options, theme: themes[isDark() ? "dark" : "light"] },
  place,
  (error) => {
    if (error) throw error;
    mend();
    document.getElementById(wanted)?.scrollIntoView();
    document.dispatchEvent(new Event("operations-shown"));
  },
);

// Redoc mixes its colours when it begins.
addEventListener("colours", () => location.reload());

/** Says to programs that read to people what Redoc shows to the eye alone, and lets keys reach what a pointer can. */
function mend() {
  for (const heading of place.querySelectorAll("h5:not([aria-level])"))
    heading.setAttribute("aria-level", heading.closest("h3 ~ *") ? 4 : 3);
  for (const code of place.querySelectorAll("pre:not([tabindex])")) code.tabIndex = 0;
  for (const button of place.querySelectorAll("button:has(> strong):not([disabled])"))
    button.setAttribute("aria-expanded", Boolean(button.nextElementSibling));
  for (const heading of place.querySelectorAll("h5:has(+ svg)")) openByKeys(heading.parentElement);
}

/** Who may call is told after a click on a line that is no button. */
function openByKeys(line) {
  if (line.tabIndex === 0) return;
  line.tabIndex = 0;
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    line.click();
  });
}
