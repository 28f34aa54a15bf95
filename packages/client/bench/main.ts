import { measureImport } from "./import.ts";
import { measureSize } from "./size.ts";
import { measureTypeCheck } from "./type-check.ts";

/** Prints the size, the cold import and the consumer's type-check time of this client beside those of the `twilio` package. */
const rows = [await measureSize(), measureImport(), measureTypeCheck()];
console.log("| | @countersign/client | twilio 6.2.0 |\n|---|---|---|");
for (const { name, client, twilio } of rows) console.log(`| ${name} | ${client} | ${twilio} |`);
