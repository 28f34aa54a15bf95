declare module "virtual:operations" {
  const operations: import("../document-part.ts").FormOperation[];
  export default operations;
}
