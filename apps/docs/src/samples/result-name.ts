/** What a sample calls the answer: the noun of the operation, `verificationCheck` for `createVerificationCheck`. */
export function resultName(operationId: string): string {
  return operationId.replace(/^[a-z]+([A-Z])/, (_, first: string) => first.toLowerCase());
}
