import { expect, test } from "vitest";
import { clientKey } from "./counts.ts";

test("security 13: an IPv4 address is a client of its own, however it is written", () => {
  for (const address of ["192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:0207"])
    expect(clientKey(address)).toBe("192.0.2.7");
  expect(clientKey("192.0.2.8")).toBe("192.0.2.8");
});

test("security 13: all addresses of an IPv6 /64 are one client", () => {
  for (const address of ["2001:db8::1", "2001:db8:0:0:ffff::", "2001:0DB8::a:b", "2001:db8::1%eth0"]) {
    expect(clientKey(address)).toBe("2001:db8:0:0::/64");
  }
  expect(clientKey("2001:db8:0:1::1")).toBe("2001:db8:0:1::/64");
});
