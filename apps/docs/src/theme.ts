const sans = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const mono = 'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace';

/** Colours as page.css has them. Redoc mixes further ones, so that it needs them in figures. */
const light = {
  ink: "#16232b",
  soft: "#4a5b66",
  ground: "#ffffff",
  raised: "#f4f7f8",
  line: "#dbe3e7",
  accent: "#0b6b62",
  code: "#f2f6f7",
  good: "#1a6b3a",
  bad: "#a1261d",
  warning: "#8a4b00",
  get: "#1b579b",
};

const dark: typeof light = {
  ink: "#e3ebee",
  soft: "#a9b9c1",
  ground: "#10191f",
  raised: "#17232b",
  line: "#2c3b45",
  accent: "#6fd3c7",
  code: "#0a1217",
  good: "#a6e3b4",
  bad: "#ffb4a2",
  warning: "#f3d08a",
  get: "#9fd0f5",
};

/** Redoc's options, with a theme for light and one for dark pages. They travel as JSON, so they hold no functions. */
export const redocOptions = {
  nativeScrollbars: true,
  disableSearch: true,
  expandResponses: "",
  sortRequiredPropsFirst: true,
  jsonSamplesExpandLevel: 3,
  generatedSamplesMaxDepth: 4,
  payloadSampleIdx: 3,
  simpleOneOfTypeLabel: true,
  showSecuritySchemeType: true,
  themes: { light: themeOf(light), dark: themeOf(dark) },
};

function themeOf({ ink, soft, ground, raised, line, accent, code, good, bad, warning, get }: typeof light) {
  return {
    spacing: { unit: 5, sectionHorizontal: 0, sectionVertical: 24 },
    colors: {
      primary: { main: accent, light: accent, dark: accent, contrastText: ground },
      success: { main: good, light: good, dark: good, contrastText: ground },
      warning: { main: warning, light: warning, dark: warning, contrastText: ground },
      error: { main: bad, light: bad, dark: bad, contrastText: ground },
      gray: { 50: raised, 100: code },
      text: { primary: ink, secondary: soft },
      border: { dark: line, light: line },
      http: {
        get,
        post: good,
        delete: bad,
        basic: soft,
        link: accent,
        head: soft,
        options: soft,
        patch: soft,
        put: soft,
      },
    },
    schema: {
      linesColor: line,
      typeNameColor: soft,
      typeTitleColor: soft,
      requireLabelColor: bad,
      nestedBackground: raised,
      arrow: { color: soft },
    },
    typography: {
      fontSize: "15px",
      lineHeight: "1.6",
      fontFamily: sans,
      fontWeightBold: "600",
      optimizeSpeed: false,
      headings: { fontFamily: sans, fontWeight: "650", lineHeight: "1.3" },
      code: { fontFamily: mono, fontSize: "13px", lineHeight: "1.6", color: ink, backgroundColor: code },
      links: { color: accent, visited: accent, hover: accent, textDecoration: "underline" },
    },
    rightPanel: {
      backgroundColor: ground,
      textColor: ink,
      servers: { overlay: { backgroundColor: raised, textColor: ink }, url: { backgroundColor: code } },
    },
    codeBlock: { backgroundColor: code },
  };
}
