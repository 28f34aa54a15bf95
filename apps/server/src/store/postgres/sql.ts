import type { Result, Sql } from "../../sql/text.ts";
import { bound } from "../../sql/text.ts";
import type { Database, Query } from "./database.ts";

/** Runs pieces of work that are written for both databases. */
export function createSql({ query, transaction }: Pick<Database, "query" | "transaction">): Sql {
  return {
    read: async (text, values = []) => (await ask(query, text, values)).rows,
    run: (text, values = []) => ask(query, text, values),
    transact: (begin) =>
      transaction(async (inTransaction) => {
        const work = begin();
        let step = work.next();
        while (!step.done) step = work.next(await ask(inTransaction, step.value.text, step.value.values));
        return step.value;
      }),
  };
}

async function ask(query: Query, text: string, values: readonly unknown[]): Promise<Result> {
  const { rows, rowCount } = await query({ text, values: values.map(bound), rowMode: "array" });
  return { rows, count: rowCount ?? 0 };
}
