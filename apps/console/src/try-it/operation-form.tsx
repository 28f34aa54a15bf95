import { messages } from "virtual:operations";
import { useState } from "preact/hooks";
import type { FormOperation } from "../../document-part.ts";
import { origin } from "../api.ts";
import { Prose } from "../components/problem.tsx";
import { Answered, type Outcome, send } from "./answer.tsx";
import { CodeSamples } from "./code.tsx";
import { Field } from "./field.tsx";
import { oneAtATime } from "./one-at-a-time.ts";
import { outcomeOf, outcomeRecipient, type Values } from "./request.ts";

interface Props {
  operation: FormOperation;
  /** The button's word. */
  action: string;
  initial: Values;
  /** The parameters that most calls have; the others wait behind a line. */
  shown: string[];
  serviceSid: string;
}

/** A form of one operation, made from the document, with what it answered and how programs make the same call. */
export function OperationForm({ operation, action, initial, shown, serviceSid }: Props) {
  const { fields, operationId } = operation;
  const [values, setValues] = useState(initial);
  const [outcome, setOutcome] = useState<Outcome>();
  const change = (changes: Values) => setValues((before) => ({ ...before, ...changes }));
  const [call] = useState(() => oneAtATime<Outcome>(setOutcome));
  const submit = async (event: Event) => {
    event.preventDefault();
    await call((signal) => send(operation, { values, ServiceSid: serviceSid, signal }));
  };
  const field = (each: (typeof fields)[number]) => (
    <Field
      key={each.name}
      field={each}
      prefix={operationId}
      value={values[each.name] ?? ""}
      change={(value) => change(withRecipient(each.name, value, values))}
    />
  );
  return (
    <div class="try">
      <form onSubmit={submit} class="stack" aria-label={action}>
        <OutcomePicker operation={operation} values={values} change={change} />
        {fields.filter(({ name }) => shown.includes(name)).map(field)}
        <details>
          <summary>All other parameters</summary>
          <div class="stack">
            <p>
              <Prose text={`[What is said of them in full](#operation/${operationId})`} />
            </p>
            {fields.filter(({ name }) => !shown.includes(name)).map(field)}
          </div>
        </details>
        <button type="submit" class="main">
          {action}
        </button>
      </form>
      <div class="stack">
        <Answered outcome={outcome} />
        <CodeSamples operation={operation} values={values} serviceSid={serviceSid} baseUrl={origin} />
      </div>
    </div>
  );
}

/** A number takes no e-mail, and an address no SMS: the recipient follows the channel as long as it is one of ours. */
function withRecipient(name: string, value: string, { To = "" }: Values): Values {
  const isOurs = To === outcomeRecipient(outcomeOf(To), To.includes("@") ? "email" : "sms");
  return name === "Channel" && isOurs
    ? { Channel: value, To: outcomeRecipient(outcomeOf(To), value) }
    : { [name]: value };
}

interface PickerProps {
  operation: FormOperation;
  values: Values;
  change: (changes: Values) => void;
}

/** What the sandbox shall answer: errors by name give the recipient that gets them. */
function OutcomePicker({ operation: { operationId, errors = [] }, values: { To = "", Channel }, change }: PickerProps) {
  const id = `${operationId}-outcome`;
  const chosen = outcomeOf(To);
  const channel = Channel ?? (To.includes("@") ? "email" : "sms");
  return (
    <div class="field">
      <label for={id}>What the sandbox shall answer</label>
      <select
        id={id}
        value={chosen}
        onChange={({ currentTarget }) => change({ To: outcomeRecipient(currentTarget.value, channel) })}
      >
        <option value="">As production would</option>
        {errors.map((code) => (
          <option key={code} value={String(code)}>
            {code} {messages.v2[code]}
          </option>
        ))}
      </select>
      {chosen && (
        <p class="about">
          The recipient <code>{To}</code> gets it; so does any call with the header{" "}
          <code>Prefer: example=error{chosen}</code>.
        </p>
      )}
    </div>
  );
}
