// The colours that the reader chose, before anything is shown. Without a choice, they are the system's.
const stored = "countersign-docs-colours";
const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark. */
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);

try {
  const chosen = localStorage.getItem(stored);
  if (chosen) root.dataset.theme = chosen;
} catch {
  // Where nothing may be kept, the system's colours do.
}

addEventListener("DOMContentLoaded", () => {
  const status = element("p", { className: "status", role: "status" });
  document.querySelector("header").append(coloursButton());
  document.body.append(status);
  for (const block of document.querySelectorAll(".code")) block.append(copyButton(block, status));
  const here = document.querySelector("#contents [aria-current]");
  // Not by scrollIntoView, which moves the page as well.
  if (here) here.closest("#contents").scrollTop = here.offsetTop - innerHeight / 3;
});

function coloursButton() {
  const name = () => (isDark() ? "Light colours" : "Dark colours");
  const button = element("button", { type: "button", className: "colours", textContent: name() });
  const changed = () => {
    button.textContent = name();
    dispatchEvent(new Event("colours"));
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem(stored, root.dataset.theme);
    } catch {
      // It lasts as long as the page then.
    }
    changed();
  });
  prefersDark.addEventListener("change", changed);
  return button;
}

function copyButton(block, status) {
  const button = element("button", { type: "button", className: "copy", textContent: "Copy" });
  button.addEventListener("click", async () => {
    const code = block.querySelector("code");
    const isCopied = await navigator.clipboard?.writeText(`${code.textContent}\n`).then(
      () => true,
      () => false,
    );
    // What the browser does not let a page copy is chosen, so that a key copies it.
    if (!isCopied) getSelection().selectAllChildren(code);
    status.textContent = isCopied ? "Copied" : "Chosen: copy it by your keys";
    button.textContent = isCopied ? "Copied" : "Chosen";
    setTimeout(() => {
      status.textContent = "";
      button.textContent = "Copy";
    }, 2_000);
  });
  return button;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
