// Until there were pages, everything was on this one: an old address leads on to where its place is now.
const places = OLD_PLACES;

function leadOn() {
  const [, tag, heading = "", operation] =
    /^#(?:tag\/([^/]+)(?:\/((?!operation\/).+))?|(?:tag\/[^/]+\/)?operation\/(\w+))$/.exec(decodeURI(location.hash)) ??
    [];
  const [, v1, code] = /^(V1-)?(\d{5})-/.exec(heading) ?? [];
  if (operation in places.operations)
    location.replace(`reference/${places.operations[operation]}/index.html#operation/${operation}`);
  else if (tag === "Errors" && code) location.replace(`errors/${v1 ? "v1/" : ""}${code}/index.html`);
  else if (tag in places.tags)
    location.replace(`guides/${places.tags[tag]}/index.html${heading && `#${encodeURI(heading)}`}`);
}

addEventListener("hashchange", leadOn);
leadOn();
