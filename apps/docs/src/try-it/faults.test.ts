import { expect, test } from "vitest";
import { baseOf, faultOf } from "./faults.ts";

test.each([
  ["http://localhost:4010", "http://localhost:4010"],
  [" http://127.0.0.1:4010/ ", "http://127.0.0.1:4010"],
  ["HTTP://LocalHost", "http://localhost"],
  ["http://localhost:8080/verify", "http://localhost:8080/verify"],
  ["http://localhost:8080/a/b//", "http://localhost:8080/a/b"],
])("a sandbox of this machine is called where its address says, in a path too: %s", (address, base) => {
  expect(faultOf("server.address", address)).toBeUndefined();
  expect(baseOf(address)).toBe(base);
});

test.each([
  ["", "begins with http://"],
  ["no address", "begins with http://"],
  ["localhost:4010", "begins with http://"],
  ["htp://localhost:4010", "begins with http://"],
  ["http:localhost:4010", "begins with http://"],
  ["file:///localhost", "begins with http://"],
  ["https://localhost:4010", "http alone"],
  ["https://verify.twilio.com", "http alone"],
  ["http://localhost:99999", "no address"],
  ["http://local host:4010", "no address"],
  ["http://localhost.example.com", "not localhost.example.com"],
  ["http://192.168.0.1:4010", "not 192.168.0.1"],
  ["http://[::1]:4010", "not [::1]"],
  ["http://localhost@example.com", "fields of their own"],
  ["http://AC1:secret@localhost:4010", "fields of their own"],
  ["http://localhost:4010?To=1", "Leave out ? and #"],
  ["http://localhost:4010/?", "Leave out ? and #"],
  ["http://localhost:4010/#a", "Leave out ? and #"],
])("what is wrong with an address is said and not left out: %j", (address, words) => {
  expect(faultOf("server.address", address)).toContain(words);
});

test("what would be sent otherwise than it stands in its field is named", () => {
  expect(faultOf("server.user", "AC1:x")).toContain("colon");
  expect(faultOf("server.key", "ключ")).toContain("ASCII");
  expect(faultOf("path.Identity", "..")).toContain("step");
  for (const name of ["server.user", "server.password", "server.key", "path.Identity", "form.To", "json"])
    expect(faultOf(name, "a.b-1"), name).toBeUndefined();
  for (const name of ["server.password", "form.To", "query.To"]) expect(faultOf(name, "..:ключ"), name).toBeUndefined();
});
