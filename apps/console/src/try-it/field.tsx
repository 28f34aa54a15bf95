import type { FormField } from "../../document-part.ts";
import type { Options } from "../components/choice.tsx";
import { Prose } from "../components/problem.tsx";

interface Props {
  field: FormField;
  /** What may be chosen, where the document alone does not tell; with what stands for nothing, if that may be. */
  options?: Options | undefined;
  value: string;
  /** Two forms may have a field of one name. */
  prefix: string;
  change: (value: string) => void;
}

/** A parameter as the document has it: its own name, what it takes, what it is for. */
export function Field({ field, options, value, prefix, change }: Props) {
  const { name, description, example, isRequired, kind, choices = kind && ["true", "false"] } = field;
  const id = `${prefix}-${name}`;
  const given = {
    id,
    value,
    required: isRequired,
    "aria-describedby": `${id}-about`,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => change(currentTarget.value),
  };
  const unsent: Options = isRequired ? [] : [["", "not sent"]];
  const offered =
    options ?? (kind !== "json" && choices && [...unsent, ...choices.map((each) => [each, each] as const)]);
  if (kind === "choices") return <Choices id={id} field={field} value={value} change={change} />;
  return (
    <div class="field">
      <label for={id}>
        <span class="name">{name}</span> {isRequired && <span>required</span>}
      </label>
      {offered ? (
        <select {...given}>
          {offered.map(([value, shown]) => (
            <option key={value} value={value}>
              {shown}
            </option>
          ))}
        </select>
      ) : kind === "json" ? (
        <textarea {...given} rows={2} spellcheck={false} placeholder={example} />
      ) : (
        <input {...given} type="text" autocomplete="off" spellcheck={false} />
      )}
      <About id={id} text={description} />
    </div>
  );
}

/** Several of a few. What is chosen is joined by commas. */
function Choices({
  id,
  field: { name, description, choices = [] },
  value,
  change,
}: Omit<Props, "prefix"> & { id: string }) {
  const chosen = value.split(",").filter(Boolean);
  const toggle = (choice: string) =>
    change((chosen.includes(choice) ? chosen.filter((each) => each !== choice) : [...chosen, choice]).join(","));
  return (
    <fieldset class="field" aria-describedby={`${id}-about`}>
      <legend class="name">{name}</legend>
      <div class="actions">
        {choices.map((choice) => (
          <label key={choice} class="switch">
            <input type="checkbox" checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
            {choice}
          </label>
        ))}
      </div>
      <About id={id} text={description} />
    </fieldset>
  );
}

function About({ id, text = "" }: { id: string; text: string | undefined }) {
  return (
    <p id={`${id}-about`} class="about">
      <Prose text={text} />
    </p>
  );
}
