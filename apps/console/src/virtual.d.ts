declare module "virtual:operations" {
  const operations: import("../document-part.ts").FormOperation[];
  export default operations;
  /** Every language that a message is written in. */
  export const locales: NonNullable<
    NonNullable<import("@countersign/types").operations["fetchMessagePreview"]["parameters"]["query"]>["locale"]
  >[];
  export const errors: import("../document-part.ts").ErrorTexts;
}
