declare module "virtual:operations" {
  const operations: import("../document-part.ts").FormOperation[];
  export default operations;
  /** Every language that a message is written in. */
  export const locales: NonNullable<
    NonNullable<import("@countersign/types").operations["fetchMessagePreview"]["parameters"]["query"]>["locale"]
  >[];
  export const messages: import("../document-part.ts").ErrorMessages;
  /** Where the file of their causes and remedies is. */
  export const reasonsAt: string;
}
