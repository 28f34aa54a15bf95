import type { ComponentChildren, VNode } from "preact";

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ComponentChildren;
  /** Figures stand at the right, under each other. */
  isNumber?: boolean;
}

interface Props<Row> {
  /** What the table is of, for who does not see it. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  /** What stands there when there is no row. */
  none?: string | VNode;
  /** Where a row leads. Its first cell is the link, and the whole row takes the click; `false` leads nowhere. */
  hrefOf?: (row: Row) => string | false;
}

/** Stands in a cell that has nothing. */
export const nothing = <span class="faint nothing">–</span>;
export const none = <span class="faint">none</span>;

/** A table; on a small screen each row is a card. The roles say again what the styles there take away. */
export function Table<Row>({ caption, columns, rows, keyOf, none, hrefOf }: Props<Row>) {
  if (rows.length === 0 && none) return typeof none === "string" ? <p>{none}</p> : none;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: `display: block` takes it away
    <table role="table" class="table">
      <caption class="unseen">{caption}</caption>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <thead role="rowgroup">
        {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
        <tr role="row">
          {columns.map(({ name, isNumber }) => (
            // biome-ignore lint/a11y/noRedundantRoles: as above
            <th key={name} role="columnheader" scope="col" class={isNumber ? "number" : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
      <tbody role="rowgroup">
        {rows.map((row) => (
          // biome-ignore lint/a11y/noRedundantRoles: as above
          <tr key={keyOf(row)} role="row">
            {columns.map(({ name, cell, isNumber }, index) => {
              const href = index === 0 && hrefOf?.(row);
              return (
                // biome-ignore lint/a11y/noRedundantRoles: as above
                <td key={name} role="cell" data-name={name} class={isNumber ? "number" : undefined}>
                  {href ? (
                    <a data-row class="row-link" href={href}>
                      {cell(row)}
                    </a>
                  ) : (
                    cell(row)
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
