/** Orval puts the text of a constant between quotes as it is, so that one with a quote in it does not compile. */
const escaped = (document) =>
  JSON.parse(JSON.stringify(document), (key, value) =>
    key === "const" && typeof value === "string" ? value.replaceAll("'", "\\'") : value,
  );

module.exports = {
  countersign: {
    input: { target: process.env.DOCUMENT, override: { transformer: escaped } },
    output: { target: "generated/orval.ts", client: "fetch", baseUrl: process.env.BASE_URL },
  },
};
