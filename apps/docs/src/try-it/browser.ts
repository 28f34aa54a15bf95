import { sandbox } from "../samples/sandbox.ts";
import type { Told } from "./answer.ts";
import { createCaller } from "./caller.ts";
import type { Call, Trials } from "./calls.ts";
import { element } from "./element.ts";
import { isLoopback } from "./faults.ts";
import { type Control, isFaulty, partsOf } from "./fields.ts";
import { requestOf } from "./request.ts";
import { partsOfAnswer } from "./shown.ts";

/** What all calls of the page have in common, by the names of its fields. It is kept in the page alone, and goes with it. */
const server: Record<string, string> = {
  "server.address": sandboxAddress(),
  "server.user": sandbox.accountSid,
  "server.password": sandbox.authToken,
  "server.key": sandbox.v1Key,
};
const { calls, untried, errors }: Trials = JSON.parse(document.getElementById("trials")?.textContent ?? "");
const pagesOfErrors = new Set(errors);
const forms = new Map<string, { dialog: HTMLDialogElement; form: HTMLFormElement }>();

// They are drawn again in other colours: the same buttons stay, to which a reader who closes a form comes back.
const marks = new Map<string, HTMLElement>([
  ...calls.map((call) => [call.operationId, buttonOf(call)] as const),
  ...Object.entries(untried).map(
    ([id, why]) => [id, element("p", { className: "untried", textContent: why })] as const,
  ),
]);
document.addEventListener("operations-shown", () => {
  for (const [operationId, mark] of marks) {
    document.getElementById(`operation/${operationId}`)?.querySelector("h2")?.after(mark);
  }
});

function buttonOf(call: Call): HTMLElement {
  const button = element("button", { type: "button", className: "try", textContent: "Try it" });
  button.setAttribute("aria-label", `Try it: ${call.title}`);
  button.addEventListener("click", () => open(call));
  return button;
}

/** The sandbox that this page comes from, or the one that a reader most likely runs. */
function sandboxAddress(): string {
  const { protocol, hostname, origin, pathname } = location;
  const isServed = protocol === "http:" && isLoopback(hostname) && pathname.startsWith("/docs/");
  return isServed ? origin : "http://localhost:4010";
}

function open(call: Call): void {
  const { dialog, form } = forms.get(call.operationId) ?? formOf(call);
  forms.set(call.operationId, { dialog, form });
  for (const control of controlsOf(form)) {
    const shared = server[control.name];
    if (shared === undefined) continue;
    control.value = shared;
    if (control.ariaInvalid === "true") isFaulty(control);
  }
  dialog.showModal();
}

function formOf(call: Call): { dialog: HTMLDialogElement; form: HTMLFormElement } {
  const id = `try-${call.operationId}`;
  const dialog = element("dialog", { className: "trying" });
  dialog.setAttribute("aria-labelledby", id);
  const close = element("button", { type: "button", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  const heading = element("h2", { id, textContent: call.title, tabIndex: -1, autofocus: true });
  const line = element("p", {});
  line.append(element("code", { textContent: `${call.method} ${call.path}` }));
  const form = element("form", { autocomplete: "off" });
  const send = element("button", { className: "send", textContent: "Send" });
  const cancel = element("button", { type: "button", textContent: "Cancel", hidden: true });
  const actions = element("p", { className: "actions" });
  actions.append(send, cancel);
  form.append(...partsOf(call), actions);
  const answer = element("section", { ariaLabel: "Answer" });
  const told = element("p", { className: "told" });
  told.setAttribute("role", "status");
  const shown = element("div", {});
  answer.append(told, shown);
  const tell = (news: Told) => {
    told.textContent = news.words;
    shown.replaceChildren(...partsOfAnswer(news, pagesOfErrors));
    if (document.activeElement === cancel) send.focus();
    cancel.hidden = !news.isUnderWay;
    if (!news.isUnderWay) answer.scrollIntoView();
  };
  const caller = createCaller(tell, { fetch: (...request) => fetch(...request), page: location });
  cancel.addEventListener("click", caller.cancel);
  // By its button or by the key Escape.
  dialog.addEventListener("close", caller.cancel);
  form.addEventListener("input", ({ target }) => {
    const control = target as Control;
    if (control.name in server) server[control.name] = control.value;
    if (control.ariaInvalid === "true") isFaulty(control);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [wrong] = controlsOf(form).filter(isFaulty);
    if (wrong) {
      caller.cancel();
      tell({ words: `Nothing is sent: ${wrong.labels?.[0]?.textContent} is wrong.` });
      wrong.focus();
    } else caller.send(requestOf(call, new FormData(form)));
  });
  const head = element("div", { className: "head" });
  head.append(heading, close);
  dialog.append(head, line, form, answer);
  document.body.append(dialog);
  return { dialog, form };
}

function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.querySelectorAll<Control>("[name]")];
}
