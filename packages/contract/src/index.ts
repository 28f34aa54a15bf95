export { CredentialsError, checkContract } from "./contract.ts";
export { ServerGoneError } from "./exchange.ts";
export {
  type ContractReport,
  type ContractResult,
  type Departure,
  departuresIn,
  grouped,
  type ServerKind,
} from "./report.ts";
export { signDashboardRequest } from "./signatures.ts";
export type { ContractOptions } from "./world.ts";
