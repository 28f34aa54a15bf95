import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { isWhole } from "../../../../../scripts/budget.ts";
import { createSqlite } from "../../../test-support/databases.ts";
import { storeContract } from "../contract/store.contract.ts";
import type { Store } from "../store.ts";
import { openSqliteStore } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-"));
const paths = new WeakMap<Store, string>();
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

// It runs the same statements, and so does every sandbox of the other tests.
if (isWhole) storeContract("SQLite in memory", (clock) => openSqliteStore({ path: ":memory:", clock }));

storeContract(
  "SQLite in a file",
  async (clock) => {
    files += 1;
    const path = join(folder, `${files}.db`);
    await createSqlite(path);
    const store = await openSqliteStore({ path, clock });
    paths.set(store, path);
    return store;
  },
  { reopen: (earlier, clock) => openSqliteStore({ path: paths.get(earlier) as string, clock }) },
);
