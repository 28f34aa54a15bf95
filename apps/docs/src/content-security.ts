/** What a page may besides showing and running the site's own files. */
export interface Allowed {
  /** Add style elements without text, and fill them by script, as Redoc does. */
  emptyStyles?: boolean;
  /** Ask these addresses. */
  connect?: string[];
}

const hashOfNothing = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** The Content-Security-Policy of a page: nothing but the site's own files runs, styles or is shown, and no form is sent. */
export function contentSecurityPolicy({ emptyStyles = false, connect = [] }: Allowed = {}): string {
  const directives = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${emptyStyles ? ` ${hashOfNothing}` : ""}`,
    "img-src 'self' data:",
    `connect-src ${connect.length > 0 ? connect.join(" ") : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return directives.join("; ");
}
