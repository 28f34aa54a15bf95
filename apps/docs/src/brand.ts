const mark =
  '<rect width="32" height="32" rx="8" fill="#0b6b62"/>' +
  '<path d="M9 14.5l4.6 4.6L23.2 9" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>' +
  '<path d="M9 24.5h14" stroke="#9fdad2" stroke-width="2.4" stroke-linecap="round"/>';

/** The mark: a check over the line that a second signature goes on. */
export const markUrl = svgUrl(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${mark}</svg>`);

function svgUrl(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
