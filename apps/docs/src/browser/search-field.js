// What is searched is large beside a page, so that it comes when somebody is about to search.
addEventListener("DOMContentLoaded", () => {
  const field = document.getElementById("search");
  const load = () => {
    field.removeEventListener("focus", load);
    const script = element("script", { src: field.dataset.script });
    script.addEventListener("error", () => {
      script.remove();
      document.getElementById("search-status").textContent = "The search could not be loaded.";
      field.addEventListener("focus", load);
    });
    document.head.append(script);
  };
  field.addEventListener("focus", load);
  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
  });
});
