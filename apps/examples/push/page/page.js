import encodeQR from "/qr.js";

const at = (id) => document.getElementById(id);
const shown = () => document.querySelector("section:not([hidden])");

/** Asks this page's own server, which asks the service. */
async function call(action, fields = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`/${action}`, { method: "POST", headers, body: JSON.stringify(fields) });
  return response.json();
}

function show({ view, email, number, shown: question, link, problem }) {
  const before = shown()?.id;
  for (const section of document.querySelectorAll("section")) section.hidden = section.id !== (view ?? before);
  if (link) draw(link);
  at("who").textContent = email ?? "";
  at("number").textContent = number ?? "";
  ask(question);
  // A look at what the phone has said leaves alone what the person reads and does.
  if (problem !== undefined || shown().id !== before) at("problem").textContent = problem ?? "";
  if (shown().id === before) return;
  const field = shown().querySelector("input");
  (field ?? shown().querySelector("h2")).focus();
}

/** The picture is made here: who draws it elsewhere learns what enrols a phone. */
function draw(link) {
  at("picture").src = `data:image/svg+xml,${encodeURIComponent(encodeQR(link, "svg", { border: 4 }))}`;
  at("open").href = link;
}

/** What the simulated phone shows. */
function ask(question) {
  if (at("phone").hidden === !question) return;
  at("phone").hidden = !question;
  at("typed").value = "";
  at("message").textContent = question?.message ?? "";
  const rows = (question?.fields ?? []).flatMap(({ label, value }) =>
    [
      ["dt", label],
      ["dd", value],
    ].map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })),
  );
  at("fields").replaceChildren(...rows);
}

for (const form of document.forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const fields = Object.fromEntries(new FormData(form));
    const answer = await call(form.dataset.action, fields).catch(() => ({ problem: "There is no connection." }));
    button.disabled = false;
    show(answer);
  });
}

show(await call("session"));
for (;;) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (["enrol", "wait"].includes(shown().id)) await call("look").then(show, () => undefined);
}
