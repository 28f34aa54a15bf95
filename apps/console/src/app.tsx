/** The console: one page, whose screens live behind `#/`. */
export function App() {
  return <h1>Countersign</h1>;
}
