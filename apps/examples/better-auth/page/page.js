const at = (id) => document.getElementById(id);

/** Asks better-auth. Its own client does the same, typed. */
async function call(path, fields) {
  const headers = { "content-type": "application/json" };
  const request = fields && { method: "POST", headers, body: JSON.stringify(fields) };
  const response = await fetch(`/api/auth/${path}`, request).catch(() => {
    throw new Error("There is no connection. Try again.");
  });
  // What went wrong in the program has no body.
  const told = await response.json().catch(() => undefined);
  const words = told?.message ?? "Something went wrong here. Try again in a minute.";
  if (!response.ok) throw Object.assign(new Error(words), { name: told?.code });
  return told;
}

const phoneNumber = () => at("number").value.replace(/[^\d+]/g, "");

/** Refusals of a start that leave a code to be typed: it was asked for a moment ago, or five times. */
const isSent = ["COUNTERSIGN_60212", "COUNTERSIGN_60203"];

/** What each form does. @returns which is shown then */
const does = {
  start: () => call("phone-number/send-otp", { phoneNumber: phoneNumber() }).then(() => "check"),
  check: () => call("phone-number/verify", { phoneNumber: phoneNumber(), code: at("code").value }).then(whoAmI),
  leave: () => call("sign-out", {}).then(() => "start"),
};

async function whoAmI() {
  const session = await call("get-session");
  at("who").textContent = session?.user.phoneNumber ?? "";
  return session ? "leave" : "start";
}

function show(id) {
  for (const form of document.forms) form.hidden = form.id !== id;
  at(id).querySelector("input, button").focus();
}

for (const form of document.forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    at("problem").textContent = "";
    await does[form.id]().then(show, ({ name, message }) => {
      at("problem").textContent = message;
      if (isSent.includes(name)) show("check");
      else form.querySelector("input")?.select();
    });
  });
}

show(await whoAmI());
