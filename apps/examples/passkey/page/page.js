const at = (id) => document.getElementById(id);
const shown = () => document.querySelector("section:not([hidden])");

/** Asks this page's own server, which asks the service. */
async function call(action, fields = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`/${action}`, { method: "POST", headers, body: JSON.stringify(fields) });
  return response.json();
}

/** What a person can do on this page. Each gives what is to be shown. */
const does = {
  async register(fields) {
    const { creation, ...told } = await call("begin", fields);
    if (!creation) return { ...told, view: undefined };
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(creation);
    return call("keep", { credential: JSON.stringify(await navigator.credentials.create({ publicKey })) });
  },
  async logIn(fields) {
    const { request, ...told } = await call("ask", fields);
    return request ? answer(request) : told;
  },
  async remove(fields) {
    const { accepted, ...told } = await call("remove", fields);
    // Where a browser knows how, the passkey leaves the device as well.
    if (accepted) await PublicKeyCredential.signalAllAcceptedCredentials?.(accepted);
    return told;
  },
  leave: () => call("leave"),
  session: () => call("session"),
  newcomer: () => ({ view: "newcomer" }),
};

async function answer(request, how = {}) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(request);
  const credential = await navigator.credentials.get({ publicKey, ...how });
  const told = await call("answer", { credential: JSON.stringify(credential) });
  if (told.isGone) {
    await PublicKeyCredential.signalUnknownCredential?.({ rpId: request.rpId, credentialId: credential.id });
  }
  return told;
}

/** Offers passkeys in the field of the e-mail address, until the person does something else. */
async function offerPasskeys(signal) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const { request } = await call("ask");
  if (request && !signal.aborted) show(await answer(request, { mediation: "conditional", signal }));
}

/** Ends the offer. A browser that is still ending one asks for nothing else. */
let endOffer = async () => {};
function startOffer() {
  const offer = new AbortController();
  // What comes of an offer that nobody took is nobody's problem.
  const ended = offerPasskeys(offer.signal).catch(() => undefined);
  endOffer = () => {
    offer.abort();
    return ended;
  };
}

/** What a browser says by the name of its error alone. */
const words = {
  NotAllowedError: "Nothing happened: you ended it, it took too long, or your device could not see that it is you.",
  InvalidStateError: "This device has a passkey of this account already. You can log in with it.",
  SecurityError: "Passkeys of this site are for another address than that of this page.",
  NotSupportedError: "This device makes no passkeys of the kind that this site takes.",
  ConstraintError: "This device cannot see that it is you. Set its screen lock, and try again.",
};

function problemOf({ name }) {
  return { problem: words[name] ?? "There is no connection. Try again." };
}

function show({ view, email, passkeys, problem = "" }) {
  for (const section of document.querySelectorAll("section")) section.hidden = section.id !== (view ?? shown()?.id);
  if (email) at("who").textContent = email;
  if (passkeys) at("passkeys").replaceChildren(...passkeys.map(itemOf));
  at("problem").textContent = problem;
  const field = shown().querySelector("input");
  field?.setAttribute("aria-invalid", problem !== "");
  (field ?? shown().querySelector("h2")).focus();
  if (view === "start") startOffer();
}

function itemOf({ sid, made }) {
  const item = document.createElement("li");
  const time = new Date(made).toLocaleString("en", { dateStyle: "long", timeStyle: "medium" });
  const button = Object.assign(document.createElement("button"), { className: "quiet", textContent: "Remove" });
  button.setAttribute("aria-label", `Remove the passkey of ${time}`);
  button.addEventListener("click", () => act("remove", { sid }, button));
  item.append(`Made on ${time} `, button);
  return item;
}

async function act(name, fields, button) {
  button.disabled = true;
  await endOffer();
  const told = await Promise.resolve(does[name](fields)).catch(problemOf);
  button.disabled = false;
  show(told);
}

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form.dataset.does, Object.fromEntries(new FormData(form)), form.querySelector("button"));
  });
}

const named = location.href.replace(/\/\/[^:/]+/, "//localhost");
at("named").href = named;
if (named !== location.href) show({ view: "elsewhere" });
else show(window.PublicKeyCredential?.parseCreationOptionsFromJSON ? await call("session") : { view: "without" });
