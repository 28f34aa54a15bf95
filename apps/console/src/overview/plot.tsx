import { useState } from "preact/hooks";

/** One bar: what happened in a time, and how much of it came to a good end. */
export interface Bar {
  /** When the time began, as the axis and the table tell it. */
  label: string;
  all: number;
  good: number;
}

interface Props {
  caption: string;
  /** What `all` and `good` are called. */
  names: [all: string, good: string];
  bars: Bar[];
}

const height = 100;

/** Bars over time, the good part within the whole. Whoever cannot see them has the same as a table. */
export function Plot({ caption, names: [all, good], bars }: Props) {
  const [isTable, setTable] = useState(false);
  const most = Math.max(1, ...bars.map((bar) => bar.all));
  const tall = (value: number) => (value / most) * height;
  return (
    <figure class="plot" aria-label={caption}>
      <figcaption>
        <h2>{caption}</h2>
        <span class="key all">{all}</span>
        <span class="key good">{good}</span>
        <button type="button" class="quiet" aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Show the bars" : "Show as a table"}
        </button>
      </figcaption>
      {isTable ? (
        <PlotTable caption={caption} names={[all, good]} bars={bars} />
      ) : (
        <div class="axes">
          <span class="top">{most.toLocaleString("en")}</span>
          <svg viewBox={`0 0 ${bars.length} ${height}`} preserveAspectRatio="none" aria-hidden="true">
            {bars.map((bar, index) => (
              <g key={bar.label}>
                <title>{`${bar.label}: ${bar.all} ${all}, ${bar.good} ${good}`}</title>
                <rect class="room" x={index} y={0} width={1} height={height} />
                <rect class="all" x={index + 0.1} y={height - tall(bar.all)} width={0.8} height={tall(bar.all)} />
                <rect class="good" x={index + 0.3} y={height - tall(bar.good)} width={0.4} height={tall(bar.good)} />
              </g>
            ))}
          </svg>
          <span class="from">{bars[0]?.label}</span>
          <span class="to">{bars.at(-1)?.label}</span>
        </div>
      )}
    </figure>
  );
}

function PlotTable({ caption, names, bars }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it may be longer than its place, and has to be scrolled by keys
    <div class="plot-table" tabIndex={0}>
      <table class="figures">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {["Time", ...names].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map(({ label, all, good }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{all.toLocaleString("en")}</td>
              <td>{good.toLocaleString("en")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
