const sans = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const mono = 'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace';

const ink = "#16232b";
const teal = "#0b6b62";

/** Redoc's options. They travel as JSON, so they hold no functions. */
export const redocOptions = {
  nativeScrollbars: true,
  expandResponses: "",
  sortRequiredPropsFirst: true,
  jsonSamplesExpandLevel: 3,
  generatedSamplesMaxDepth: 4,
  payloadSampleIdx: 3,
  simpleOneOfTypeLabel: true,
  showSecuritySchemeType: true,
  disableSearch: true,
  theme: {
    spacing: { unit: 5, sectionHorizontal: 22, sectionVertical: 24 },
    breakpoints: { small: "50rem", medium: "75rem", large: "105rem" },
    colors: {
      primary: { main: teal },
      success: { main: "#1a7340" },
      warning: { main: "#b45309" },
      error: { main: "#b42318" },
      text: { primary: ink, secondary: "#51626d" },
      border: { dark: "#dfe5e8", light: "#ffffff" },
      http: { get: "#1d5fa8", post: "#1a7340", delete: "#b42318" },
    },
    schema: {
      linesColor: "#c5d0d5",
      typeNameColor: "#51626d",
      typeTitleColor: "#51626d",
      requireLabelColor: "#b42318",
      nestedBackground: "#f6f8f9",
    },
    typography: {
      fontSize: "15px",
      lineHeight: "1.6",
      fontFamily: sans,
      fontWeightBold: "600",
      optimizeSpeed: false,
      headings: { fontFamily: sans, fontWeight: "650", lineHeight: "1.3" },
      code: { fontFamily: mono, fontSize: "13px", lineHeight: "1.6", color: "#0a4f49", backgroundColor: "#eef4f3" },
      links: {
        color: teal,
        visited: teal,
        hover: "#084c46",
        textDecoration: "underline",
        hoverTextDecoration: "underline",
      },
    },
    sidebar: {
      width: "0",
      backgroundColor: "#f6f8f9",
      textColor: ink,
      activeTextColor: teal,
      groupItems: { activeBackgroundColor: "#e4eeed", activeTextColor: teal, textTransform: "none" },
      level1Items: { activeBackgroundColor: "#e4eeed", activeTextColor: teal, textTransform: "none" },
      arrow: { size: "1.3em", color: "#51626d" },
    },
    logo: { maxHeight: "32px", maxWidth: "190px", gutter: "0" },
    rightPanel: {
      backgroundColor: "#20323d",
      textColor: "#e6eef1",
      width: "44%",
      servers: { overlay: { backgroundColor: "#ffffff", textColor: ink }, url: { backgroundColor: "#f6f8f9" } },
    },
    codeBlock: { backgroundColor: "#13212a" },
    fab: { backgroundColor: teal, color: "#ffffff" },
  },
};
