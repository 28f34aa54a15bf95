import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { Plot } from "./plot.tsx";
import { Ranking } from "./ranking.tsx";

test("a plot says what its bars are, and has the same figures as a table behind a button", () => {
  const bars = [{ label: "09:00", all: 12, good: 9 }];
  const html = renderToString(<Plot caption="Sends" names={["sends", "approvals"]} bars={bars} />);
  expect(html).toContain("<title>09:00: 12 sends, 9 approvals</title>");
  expect(html).toContain("Show as a table");
});

test("axes are drawn where nothing happened", () => {
  const bars = [{ label: "09:00", all: 0, good: 0 }];
  expect(renderToString(<Plot caption="Sends" names={["sends", "approvals"]} bars={bars} />)).not.toContain("NaN");
});

test("a ranking begins with the greatest, leaves out what is none, and says how many it does not show", () => {
  const ranks = Array.from({ length: 10 }, (_, value) => ({ name: `country ${value}`, value }));
  const html = renderToString(<Ranking title="Countries" ranks={ranks} none="None." />);
  expect(html.indexOf("country 9")).toBeLessThan(html.indexOf("country 8"));
  expect(html).not.toContain("country 0");
  expect(html).toContain("and 1 more");
});
