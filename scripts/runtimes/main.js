import process from "node:process";
import { createNodeFetch } from "@countersign/client/node";
import { call } from "./call.js";

// By the runtime's own fetch and by node:http, which must come to the same.
const outcomes = [await call(process.argv[2]), await call(process.argv[2], createNodeFetch())];
console.log([...new Set(outcomes)].join(" / "));
