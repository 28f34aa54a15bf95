export type Options = readonly (readonly [value: string, shown: string])[];

interface Props {
  label: string;
  options: Options;
  /** In a form that is read when it is sent. */
  name?: string;
  value?: string;
  change?: (value: string) => void;
}

/** One of a few, below its name. */
export function Choice({ label, options, name, value, change }: Props) {
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={({ currentTarget }) => change?.(currentTarget.value)}>
        {options.map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}
