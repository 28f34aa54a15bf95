interface Rank {
  name: string;
  value: number;
  /** What stands beside the value. */
  more?: string;
  /** Where the list of what it counts is. */
  href?: string;
}

/** The greatest of a kind, each with a bar beside its figure. */
export function Ranking({ title, ranks, none }: { title: string; ranks: Rank[]; none: string }) {
  const sorted = ranks.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const most = sorted[0]?.value ?? 1;
  return (
    <section class="ranking" aria-label={title}>
      <h2>{title}</h2>
      {sorted.length === 0 && <p class="faint">{none}</p>}
      <ol>
        {sorted.slice(0, 8).map(({ name, value, more, href }) => (
          <li key={name}>
            {href ? (
              <a data-row href={href}>
                {name}
              </a>
            ) : (
              <span>{name}</span>
            )}
            <span>
              {value.toLocaleString("en")} {more && <span class="faint">{more}</span>}
            </span>
            <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={(value / most) * 100} height={1} />
            </svg>
          </li>
        ))}
      </ol>
      {sorted.length > 8 && <p class="faint">and {sorted.length - 8} more</p>}
    </section>
  );
}
