const { themes, ...options } = REDOC_OPTIONS;
const wanted = placeOf(location.hash);
const source = document.getElementById("document").textContent;

// Redoc's highlighter knows neither name; without an alias it colours next to nothing.
Object.assign(Prism.languages, { ts: Prism.languages.javascript, sh: Prism.languages.bash });

draw(() => document.getElementById(wanted)?.scrollIntoView());
// Redoc mixes its colours when it begins. What else is on the page stays as it is, such as a form that is being filled.
addEventListener("colours", () => {
  const { scrollY } = window;
  draw(() => scrollTo(0, scrollY));
});

/** What is no address is taken away, since Redoc fails at it. */
function placeOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    location.hash = "";
    return "";
  }
}

/** Has Redoc draw the operations in the page's colours, in place of what it drew before. */
function draw(drawn) {
  const old = document.getElementById("redoc");
  const place = element("div", { id: "redoc" });
  old.after(place);
  new MutationObserver(() => mend(place)).observe(place, { childList: true, subtree: true });
  const theme = themes[isDark() ? "dark" : "light"];
  Redoc.init(JSON.parse(source), { ...options, theme }, place, (error) => {
    if (error) throw error;
    old.remove();
    mend(place);
    // What comes in by that moves what is below it.
    document.dispatchEvent(new Event("operations-shown"));
    drawn();
  });
}

/** Says to programs that read to people what Redoc shows to the eye alone, and lets keys reach what a pointer can. */
function mend(place) {
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
