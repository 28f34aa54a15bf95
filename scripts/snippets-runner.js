/**
 * Runs the programs whose files it is told, each as a module of its own, and tells of each what it threw, or null. One
 * process for all, since a start takes longer than a program. It ends by itself once nobody tells it more.
 */
process.on("message", (file) => {
  import(file).then(
    () => process.send({ file, error: null }),
    (error) => process.send({ file, error: String(error?.stack ?? error) }),
  );
});
