const wanted = decodeURIComponent(location.hash.slice(1));

// Redoc's highlighter knows neither name; without an alias it colours next to nothing.
Object.assign(Prism.languages, { ts: Prism.languages.javascript, sh: Prism.languages.bash });

Redoc.init(
  JSON.parse(document.getElementById("document").textContent),
  REDOC_OPTIONS,
  document.getElementById("redoc"),
  (error) => {
    if (error) throw error;
    document.getElementById(wanted)?.scrollIntoView();
    document.dispatchEvent(new Event("operations-shown"));
  },
);
