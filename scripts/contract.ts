import { parseArgs } from "node:util";
import { runWorkflows, workflowFiles } from "./workflows.ts";

/** `npm run contract -- --server URL`: runs the workflows against a server, and ends with 1 when it departs from them. */
const { values } = parseArgs({ options: { server: { type: "string", default: "http://127.0.0.1:4010" } } });
const { passed, output } = await runWorkflows(workflowFiles(), values.server);
console.log(output);
process.exitCode = passed ? 0 : 1;
