const at = (id) => document.getElementById(id);

/** Posts as the form does, and puts in what comes: read out where it went wrong, and nothing is loaded anew. */
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { target: form, submitter } = event;
  if (form.ariaBusy || submitter?.ariaDisabled) return;
  form.ariaBusy = "true";
  stop();
  const body = new URLSearchParams(new FormData(form, submitter));
  const page = await fetch(form.action, { method: "POST", body }).then(read, () => undefined);
  form.ariaBusy = null;
  const code = at("code")?.value;
  if (page) at("step").replaceWith(page.getElementById("step"));
  // Emptied first: words that are the same as before are read out again.
  at("problem").textContent = "";
  at("problem").textContent = page ? page.getElementById("problem").textContent : "There is no connection. Try again.";
  // Ready to be mended, or to be typed over.
  if (at("code")?.ariaInvalid === "true") at("code").value = code ?? "";
  begin();
});

async function read(response) {
  return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : undefined;
}

let stop = () => undefined;

/** What a step has besides its forms: the focus, the seconds that run down, and the code out of the SMS. */
function begin() {
  const asking = new AbortController();
  const timer = setInterval(tick, 250, Date.now());
  stop = () => {
    asking.abort();
    clearInterval(timer);
  };
  const field = document.querySelector("input") ?? document.querySelector("h2");
  field.focus();
  field.select?.();
  tick(Date.now());
  if (at("code")) readMessage(asking.signal);
}

/** A button that waits keeps its place and the focus. */
function tick(since) {
  const form = document.querySelector("[data-wait]");
  if (!form) return;
  const seconds = Math.ceil(form.dataset.wait - (Date.now() - since) / 1000);
  for (const button of form.querySelectorAll("button")) button.ariaDisabled = seconds > 0 ? "true" : null;
  const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  form.querySelector("[role=timer]").textContent = seconds > 0 ? `You can ask for another one in ${left}.` : "";
}

/** WebOTP: where a browser can, it asks the person, and the form is sent as though the code had been typed. */
async function readMessage(signal) {
  if (!("OTPCredential" in window)) return;
  // Nothing came, the person said no, or the code was typed: the field is there.
  const found = await navigator.credentials.get({ otp: { transport: ["sms"] }, signal }).catch(() => undefined);
  if (!found || signal.aborted) return;
  at("code").value = found.code;
  at("code").form.requestSubmit();
}

begin();
