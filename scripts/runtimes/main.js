import process from "node:process";
import { call } from "./call.js";

console.log(await call(process.argv[2]));
