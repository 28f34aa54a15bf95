import encodeQR from "/qr.js";

const at = (id) => document.getElementById(id);

/** Asks this page's own server, which asks the service. */
async function call(action, fields = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`/${action}`, { method: "POST", headers, body: JSON.stringify(fields) });
  return response.json();
}

function show({ view, email, problem = "", uri, secret }) {
  for (const section of document.querySelectorAll("section")) section.hidden = section.id !== (view ?? shown()?.id);
  if (uri) draw(uri, secret);
  at("who").textContent = email ?? "";
  at("problem").textContent = problem;
  const field = shown().querySelector("input");
  field?.setAttribute("aria-invalid", problem !== "");
  if (field && problem === "") field.value = "";
  (field ?? shown().querySelector("h2")).focus();
  field?.select();
}

const shown = () => document.querySelector("section:not([hidden])");

/** The picture is made here: who draws it elsewhere tells the secret to whoever draws it. */
function draw(uri, secret) {
  at("picture").src = `data:image/svg+xml,${encodeURIComponent(encodeQR(uri, "svg", { border: 4 }))}`;
  at("secret").textContent = secret.replace(/.{4}(?=.)/g, "$& ");
  at("open").href = uri;
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
