// Checked by the compiler alone: an unused `@ts-expect-error` is an error too.
import type { ErrorOf } from "./index.ts";

export function everyErrorOfAStart(error: ErrorOf<"createVerification">): string {
  switch (error.code) {
    case 20001:
    case 20003:
    case 20004:
    case 20403:
    case 20404:
    case 20408:
    case 20413:
    case 20414:
    case 20429:
    case 20431:
    case 20500:
    case 20503:
    case 60200:
    case 60201:
    case 60202:
    case 60203:
    case 60204:
    case 60205:
    case 60206:
    case 60212:
    case 60214:
    case 60217:
    case 60218:
    case 60220:
    case 60222:
    case 60223:
    case 60224:
    case 60226:
    case 60227:
    case 60228:
    case 60229:
    case 60238:
    case 60243:
    case 60247:
    case 60252:
    case 60329:
    case 60331:
    case 60408:
    case 60409:
    case 60410:
    case 60412:
    case 60413:
    case 60550:
    case 60602:
    case 60605:
    case 68008:
      return error.message;
    default:
      return error satisfies never;
  }
}

export function oneErrorOfAStartForgotten(error: ErrorOf<"createVerification">): unknown {
  switch (error.code) {
    case 20001:
    case 20003:
    case 20004:
    case 20403:
    case 20404:
    case 20408:
    case 20413:
    case 20414:
    case 20429:
    case 20431:
    case 20500:
    case 20503:
    case 60200:
    case 60201:
    case 60202:
    case 60204:
    case 60205:
    case 60206:
    case 60212:
    case 60214:
    case 60217:
    case 60218:
    case 60220:
    case 60222:
    case 60223:
    case 60224:
    case 60226:
    case 60227:
    case 60228:
    case 60229:
    case 60238:
    case 60243:
    case 60247:
    case 60252:
    case 60329:
    case 60331:
    case 60408:
    case 60409:
    case 60410:
    case 60412:
    case 60413:
    case 60550:
    case 60602:
    case 60605:
    case 68008:
      return error.message;
    default:
      // @ts-expect-error: 60203 is left
      return error satisfies never;
  }
}

export function everyErrorOfACheck(error: ErrorOf<"createVerificationCheck">): string {
  switch (error.code) {
    case 20003:
    case 20004:
    case 20403:
    case 20404:
    case 20408:
    case 20413:
    case 20414:
    case 20429:
    case 20431:
    case 20500:
    case 20503:
    case 60200:
    case 60202:
    case 60204:
    case 60206:
    case 60221:
      return error.message;
    default:
      return error satisfies never;
  }
}

export function oneErrorOfACheckForgotten(error: ErrorOf<"createVerificationCheck">): unknown {
  switch (error.code) {
    case 20003:
    case 20004:
    case 20403:
    case 20404:
    case 20408:
    case 20413:
    case 20414:
    case 20429:
    case 20431:
    case 20500:
    case 20503:
    case 60200:
    case 60204:
    case 60206:
    case 60221:
      return error.message;
    default:
      // @ts-expect-error: 60202 is left
      return error satisfies never;
  }
}

export function everyErrorOfAV1Check(error: ErrorOf<"checkPhoneVerification">): string {
  switch (error.error_code) {
    case "60000":
    case "60001":
    case "60002":
    case "60003":
    case "60004":
    case "60005":
    case "60022":
    case "60023":
    case "60033":
    case "60078":
      return error.message;
    default:
      return error satisfies never;
  }
}

export function aCodeThatTheOperationCannotAnswer(error: ErrorOf<"createVerificationCheck">): void {
  // @ts-expect-error: sends are not limited here
  if (error.code === 60203) return;
}

export function whatACodeTells(error: ErrorOf<"createVerificationCheck">): void {
  if (error.code === 60202) error.status satisfies 429;
  if (error.code === 20404) {
    error.status satisfies 404;
    error.details.reason satisfies "approved" | "expired" | "canceled" | "max_attempts_reached" | "unknown";
  }
}
