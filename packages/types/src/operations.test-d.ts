// Checked by the compiler alone: an unmet `satisfies` and an unused `@ts-expect-error` are both errors.
import type { OperationId, RequestOf, ResponseOf, Verification, VerificationCheck } from "./index.ts";
import { findError } from "./index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

true satisfies Equal<ResponseOf<"createVerification">, Verification>;
true satisfies Equal<ResponseOf<"createVerificationCheck">, VerificationCheck>;
findError("v2", 60203).status satisfies 429;
"createVerification" satisfies OperationId;
({ To: "+12025550123", Channel: "sms" }) satisfies RequestOf<"createVerification">;

// @ts-expect-error: no such operation
"createVerificaton" satisfies OperationId;
// @ts-expect-error: To is required
({ Channel: "sms" }) satisfies RequestOf<"createVerification">;
// @ts-expect-error: misspelt
({ To: "+12025550123", Channel: "sms", Chanel: "sms" }) satisfies RequestOf<"createVerification">;
// @ts-expect-error: no such status
({ Status: "cancelled" }) satisfies RequestOf<"updateVerification">;
