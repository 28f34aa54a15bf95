// Redoc's highlighter knows neither name; without an alias it colours next to nothing.
Object.assign(Prism.languages, { ts: Prism.languages.javascript, sh: Prism.languages.bash });

const read = (id) => JSON.parse(document.getElementById(id).textContent);
Redoc.init(read("openapi"), read("options"), document.getElementById("redoc"));
