// Until there were pages, everything was on this one: an old address leads on to where its place is now.
const places = OLD_PLACES;

function leadOn() {
  const [, tag, heading = "", operation] =
    /^#(?:tag\/([^/]+)(?:\/((?!operation\/).+))?|(?:tag\/[^/]+\/)?operation\/(\w+))$/.exec(readable(location.hash)) ??
    [];
  const [, v1, code] = /^(V1-)?(\d{5})-/.exec(heading) ?? [];
  if (Object.hasOwn(places.operations, operation))
    location.replace(`reference/${places.operations[operation]}/index.html#operation/${operation}`);
  else if (tag === "Errors" && places.errors.includes(`${v1 ? "v1/" : ""}${code}`))
    location.replace(`errors/${v1 ? "v1/" : ""}${code}/index.html`);
  else if (Object.hasOwn(places.tags, tag))
    location.replace(`guides/${places.tags[tag]}/index.html${heading && `#${encodeURI(heading)}`}`);
}

/** @returns nothing for what is no address */
function readable(hash) {
  try {
    return decodeURI(hash);
  } catch {
    return "";
  }
}

addEventListener("hashchange", leadOn);
leadOn();
